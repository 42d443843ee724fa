package postern.testkit.browser;

import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/**
 * A cookie as a jar keeps it.
 *
 * @param hostOnly no Domain attribute: sent to this host only, not to its subdomains
 * @param sameSite the attribute as sent, or empty
 * @param expires empty: until the browser closes
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6265#section-5.2">RFC 6265 section 5.2</a>
 */
public record Cookie(
        String name,
        String value,
        String domain,
        boolean hostOnly,
        String path,
        boolean secure,
        boolean httpOnly,
        String sameSite,
        Optional<Instant> expires) {

    /** Reads a Set-Cookie header that came from {@code origin}. */
    static Cookie parse(String header, URI origin, Instant now) {
        String[] parts = header.split(";", -1);
        int equals = parts[0].indexOf('=');
        String name = equals < 0 ? "" : parts[0].substring(0, equals).strip();
        String value = parts[0].substring(equals + 1).strip();
        String domain = origin.getHost().toLowerCase(Locale.ROOT);
        boolean hostOnly = true;
        String path = defaultPath(origin);
        boolean secure = false;
        boolean httpOnly = false;
        String sameSite = "";
        Optional<Instant> expires = Optional.empty();
        boolean hasMaxAge = false;
        for (int i = 1; i < parts.length; i++) {
            String[] pair = parts[i].strip().split("=", 2);
            String attribute = pair.length == 2 ? pair[1].strip() : "";
            switch (pair[0].strip().toLowerCase(Locale.ROOT)) {
                case "domain" -> {
                    hostOnly = attribute.isEmpty();
                    domain = hostOnly ? domain : attribute.replaceFirst("^\\.", "");
                }
                case "path" -> path = attribute.startsWith("/") ? attribute : path;
                case "secure" -> secure = true;
                case "httponly" -> httpOnly = true;
                case "samesite" -> sameSite = attribute;
                case "max-age" -> {
                    hasMaxAge = true;
                    expires = maxAge(attribute, now);
                }
                case "expires" -> expires = hasMaxAge ? expires : date(attribute);
                default -> {}
            }
        }
        return new Cookie(name, value, domain, hostOnly, path, secure, httpOnly, sameSite, expires);
    }

    private static Optional<Instant> maxAge(String text, Instant now) {
        try {
            long seconds = Long.parseLong(text);
            return Optional.of(
                    seconds <= 0 ? Instant.EPOCH : now.plus(Duration.ofSeconds(seconds)));
        } catch (NumberFormatException ignored) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> date(String text) {
        try {
            return Optional.of(
                    ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
        } catch (DateTimeException ignored) {
            return Optional.empty();
        }
    }

    private static String defaultPath(URI origin) {
        String path = origin.getRawPath() == null ? "/" : origin.getRawPath();
        int slash = path.lastIndexOf('/');
        return slash <= 0 ? "/" : path.substring(0, slash);
    }

    boolean isFor(URI target, Instant now) {
        return isForHost(target.getHost().toLowerCase(Locale.ROOT))
                && isForPath(target.getRawPath())
                && (!secure || "https".equals(target.getScheme()))
                && !isOver(now);
    }

    private boolean isForHost(String host) {
        return host.equals(domain) || (!hostOnly && host.endsWith("." + domain));
    }

    private boolean isForPath(String targetPath) {
        String wanted = targetPath == null || targetPath.isEmpty() ? "/" : targetPath;
        return wanted.equals(path)
                || (wanted.startsWith(path)
                        && (path.endsWith("/") || wanted.charAt(path.length()) == '/'));
    }

    boolean isOver(Instant now) {
        return expires.isPresent() && !expires.get().isAfter(now);
    }

    boolean isSameSlot(Cookie other) {
        return name.equals(other.name) && domain.equals(other.domain) && path.equals(other.path);
    }
}
