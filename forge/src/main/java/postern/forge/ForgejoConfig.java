package postern.forge;

import postern.core.Check;
import postern.core.Secret;

import java.net.URI;
import java.time.Duration;

/**
 * A Forgejo or Gitea instance and our application there.
 *
 * @param publicUrl its ROOT_URL, as people's browsers see it
 * @param apiUrl how we reach it; the same unless there is an address inside
 * @param clientId of a confidential application
 * @param scopes see {@link ForgejoScopes}
 * @param callback exactly as registered there: it is compared byte for byte
 * @param timeout for one request to it as a whole; 1 s to 2 min
 */
public record ForgejoConfig(
        URI publicUrl,
        URI apiUrl,
        String clientId,
        Secret clientSecret,
        String scopes,
        URI callback,
        Duration timeout) {
    public static final Duration STANDARD_TIMEOUT = Duration.ofSeconds(10);

    public ForgejoConfig {
        publicUrl = base("forgejo public URL", publicUrl);
        apiUrl = base("forgejo API URL", apiUrl);
        Check.that(!clientId.isBlank(), "forgejo client id", "must not be empty");
        Check.that(
                clientSecret.use(bytes -> bytes.length > 0),
                "forgejo client secret",
                "must not be empty");
        scopes = new ForgejoScopes(scopes).value();
        Check.that(callback.isAbsolute(), "forgejo callback", "must be an absolute URL");
        Check.between("forgejo timeout", timeout, Duration.ofSeconds(1), Duration.ofMinutes(2));
    }

    /** Without the slash at the end, so that paths can be put behind it. */
    private static URI base(String field, URI url) {
        String scheme = url.getScheme();
        Check.that("https".equals(scheme) || "http".equals(scheme), field, "must be http or https");
        Check.that(url.getHost() != null, field, "must have a host");
        Check.that(url.getRawUserInfo() == null, field, "must not hold a user name or password");
        Check.that(
                url.getRawQuery() == null && url.getRawFragment() == null,
                field,
                "must have no query and no fragment");
        String text = url.toString();
        while (text.endsWith("/")) text = text.substring(0, text.length() - 1);
        return URI.create(text);
    }
}
