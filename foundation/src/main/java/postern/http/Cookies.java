package postern.http;

import postern.core.Check;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One cookie of ours, by default the one that binds transactions to a browser: {@code
 * __Host-postern}, Secure, on https; on plain-http loopback, where some browsers refuse Secure,
 * {@code postern-<port>} without it. Source: RFC 6265bis §4.1.3; oauth-rules E5, P5.
 */
public final class Cookies {
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9._~-]{1,512}");

    private static final Pattern SUFFIX = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final String name;
    private final String attributes;

    public Cookies(URI publicUrl) {
        this(publicUrl, "postern");
    }

    /**
     * Another cookie of ours, with the same attributes.
     *
     * @param base the name without prefix and port
     */
    public Cookies(URI publicUrl, String base) {
        boolean https = "https".equals(publicUrl.getScheme());
        int port = publicUrl.getPort() < 0 ? 80 : publicUrl.getPort();
        name = https ? "__Host-" + base : base + "-" + port;
        attributes = "; Path=/; HttpOnly; SameSite=Lax" + (https ? "; Secure" : "");
    }

    private Cookies(String name, String attributes) {
        this.name = name;
        this.attributes = attributes;
    }

    /** One more cookie beside this one, with the same attributes. */
    public Cookies named(String suffix) {
        Check.that(SUFFIX.matcher(suffix).matches(), "cookie suffix", "must be a token");
        return new Cookies(name + "-" + suffix, attributes);
    }

    /** Empty when there is none, a malformed one, or two of that name. */
    public Optional<String> read(Request request) {
        List<String> found = new ArrayList<>();
        for (String field : request.headers().all("Cookie")) {
            for (String pair : field.split(";", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
                    found.add(pair.substring(equals + 1).strip());
                }
            }
        }
        if (found.size() != 1 || !VALUE.matcher(found.getFirst()).matches())
            return Optional.empty();
        return Optional.of(found.getFirst());
    }

    /** Value of a Set-Cookie field. */
    public String set(String value, Duration maxAge) {
        Check.that(VALUE.matcher(value).matches(), "cookie value", "must be unreserved characters");
        Check.between("cookie max-age", maxAge, Duration.ofSeconds(1), Duration.ofDays(400));
        return name + "=" + value + "; Max-Age=" + maxAge.toSeconds() + attributes;
    }

    /** Value of a Set-Cookie field that removes the cookie. */
    public String clear() {
        return name + "=; Max-Age=0" + attributes;
    }
}
