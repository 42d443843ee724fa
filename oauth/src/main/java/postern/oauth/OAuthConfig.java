package postern.oauth;

import postern.core.Check;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * What the authorization server is told.
 *
 * @param issuer the public URL, without a trailing slash; the {@code iss} of every answer
 * @param resources canonical URLs of the MCP endpoints, the default one first
 * @param codeLife at most ten minutes (OAuth 2.1 section 4.1.2)
 * @param accessLife of access tokens
 * @param refreshIdle a refresh token that is not used for this long is over
 * @param grantLife absolute; rotation does not extend it
 * @param refreshGrace how long a retired refresh token still yields the newest of its chain; zero:
 *     never
 * @param consentLife how long a person may take from the consent page to the upstream's answer
 */
public record OAuthConfig(
        URI issuer,
        List<String> resources,
        Duration codeLife,
        Duration accessLife,
        Duration refreshIdle,
        Duration grantLife,
        Duration refreshGrace,
        Duration consentLife) {
    public OAuthConfig {
        String text = issuer.toString();
        Check.that(
                issuer.getHost() != null
                        && issuer.getRawQuery() == null
                        && issuer.getRawFragment() == null
                        && !text.endsWith("/"),
                "issuer",
                "must be a URL without query, fragment and trailing slash");
        resources = List.copyOf(resources);
        Check.that(!resources.isEmpty(), "resources", "must not be empty");
        Check.between("code life", codeLife, Duration.ofSeconds(1), Duration.ofMinutes(10));
        Check.between("access token life", accessLife, Duration.ofSeconds(1), Duration.ofHours(1));
        Check.between("refresh idle", refreshIdle, Duration.ofMinutes(1), Duration.ofDays(90));
        Check.between("grant life", grantLife, Duration.ofMinutes(1), Duration.ofDays(366));
        Check.between("refresh grace", refreshGrace, Duration.ZERO, Duration.ofMinutes(60));
        Check.between("consent life", consentLife, Duration.ofSeconds(10), Duration.ofMinutes(10));
    }

    public static OAuthConfig standard(URI issuer, List<String> resources) {
        return new OAuthConfig(
                issuer,
                resources,
                Duration.ofSeconds(60),
                Duration.ofMinutes(60),
                Duration.ofDays(30),
                Duration.ofDays(90),
                Duration.ofSeconds(120),
                Duration.ofMinutes(10));
    }

    public String defaultResource() {
        return resources.getFirst();
    }

    /** A path of this server as an absolute URL. */
    public String url(String path) {
        return issuer + path;
    }
}
