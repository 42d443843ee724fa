package postern.access;

/**
 * Somebody whose identity an upstream has proved.
 *
 * @param id our number
 * @param issuer the upstream that vouches
 * @param upstreamId immutable there, unlike {@code login}
 * @param login the name at the upstream when the person last signed in
 */
public record Person(long id, String issuer, String upstreamId, String login) {}
