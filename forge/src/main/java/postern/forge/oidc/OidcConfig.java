package postern.forge.oidc;

import postern.core.Check;
import postern.core.Secret;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An OpenID Connect provider and our client there.
 *
 * @param issuer to the byte as the provider writes it into its document and its id_tokens, with or
 *     without a slash at the end; https, or http on this computer
 * @param name for pages; empty: the issuer's host
 * @param clientId of a confidential client
 * @param scopes separated by single spaces; {@code openid} is among them
 * @param callback exactly as registered there
 * @param timeout for one request to it as a whole; 1 s to 2 min
 */
public record OidcConfig(
        String issuer,
        Optional<String> name,
        String clientId,
        Secret clientSecret,
        String scopes,
        URI callback,
        Duration timeout) {
    public static final Duration STANDARD_TIMEOUT = Duration.ofSeconds(10);
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    /** RFC 6749 section 3.3. */
    private static final Pattern SCOPES =
            Pattern.compile("[\\x21\\x23-\\x5b\\x5d-\\x7e]+( [\\x21\\x23-\\x5b\\x5d-\\x7e]+)*");

    private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]{1,2000}");
    private static final int MAX_PORT = 65_535;
    private static final int MAX_SCOPES_CHARS = 500;

    public OidcConfig {
        issuerFault(issuer).ifPresent(fault -> refuse("oidc issuer", fault));
        Check.that(!clientId.isBlank(), "oidc client id", "must not be empty");
        Check.that(
                clientSecret.use(bytes -> bytes.length > 0),
                "oidc client secret",
                "must not be empty");
        scopesFault(scopes).ifPresent(fault -> refuse("oidc scopes", fault));
        Check.that(callback.isAbsolute(), "oidc callback", "must be an absolute URL");
        Check.between("oidc timeout", timeout, Duration.ofSeconds(1), Duration.ofMinutes(2));
    }

    private static void refuse(String field, String fault) {
        throw new IllegalArgumentException(field + " " + fault);
    }

    /** What is wrong with an issuer. Source: OpenID Connect Discovery 1.0 section 3. */
    public static Optional<String> issuerFault(String text) {
        Optional<URI> url = webUrl(text);
        if (url.isEmpty()) return Optional.of("must be an https:// URL with a host");
        if (url.get().getRawQuery() != null) {
            return Optional.of("must have no query and no fragment");
        }
        boolean safe = isSecure(url.get()) || isLoopback(url.get());
        return safe
                ? Optional.empty()
                : Optional.of("must be https; http is for providers on this computer only");
    }

    /** What is wrong with the scopes that are asked for. */
    public static Optional<String> scopesFault(String text) {
        if (text.length() > MAX_SCOPES_CHARS || !SCOPES.matcher(text).matches()) {
            return Optional.of("must be names separated by single spaces");
        }
        return Arrays.asList(text.split(" ")).contains("openid")
                ? Optional.empty()
                : Optional.of("must contain openid: without it there is no id_token");
    }

    /** Absolute, http or https, with a host, without user information and fragment. */
    static Optional<URI> webUrl(String text) {
        if (!VISIBLE.matcher(text).matches()) return Optional.empty();
        try {
            URI url = new URI(text);
            boolean web = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
            boolean plain =
                    url.getRawUserInfo() == null
                            && url.getRawFragment() == null
                            && url.getPort() <= MAX_PORT;
            return web && url.getHost() != null && plain ? Optional.of(url) : Optional.empty();
        } catch (java.net.URISyntaxException malformed) {
            return Optional.empty();
        }
    }

    static boolean isSecure(URI url) {
        return url.getScheme().equals("https");
    }

    static boolean isLoopback(URI url) {
        return LOOPBACK.contains(url.getHost());
    }

    URI issuerUrl() {
        return URI.create(issuer);
    }

    /** OpenID Connect Discovery 1.0 section 4.1: a slash at the end is left out before. */
    String documentAddress() {
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        return base + "/.well-known/openid-configuration";
    }

    /** As pages call the provider. */
    String shownName() {
        return name.orElseGet(() -> issuerUrl().getRawAuthority());
    }
}
