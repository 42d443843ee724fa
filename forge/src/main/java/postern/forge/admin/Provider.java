package postern.forge.admin;

import java.util.Optional;

/**
 * The forge as a place to sign in.
 *
 * @param issuer its ROOT_URL as it calls itself, without a slash at the end; empty when signing in
 *     through OAuth2 is switched off there
 */
public record Provider(Optional<String> issuer) {}
