package postern.oauth.client;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which redirect URIs may be registered, and which registered one a request means. Comparison is by
 * simple strings (OAuth 2.1 section 2.3.1); only the port of an http loopback address may differ
 * (RFC 8252 section 7.3).
 */
public final class RedirectUris {
    private static final int MAX_LENGTH = 2048;
    private static final Pattern VISIBLE_ASCII = Pattern.compile("[\\x21-\\x7e]+");
    private static final Pattern FORBIDDEN = Pattern.compile("[\\\\\"<>^`{|}*]");
    private static final Pattern LOOPBACK =
            Pattern.compile(
                    "(http://(?:localhost|127\\.0\\.0\\.1|\\[::1\\]))(:[0-9]{1,5})?(/.*|\\?.*)?");
    private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final Pattern ZONE = Pattern.compile("%[^]]*");
    private static final Set<String> OUR_PARAMETERS =
            Set.of("code", "state", "iss", "error", "error_description");

    private RedirectUris() {}

    /** Why {@code text} may not be registered; empty when it may. Fixed English. */
    public static Optional<String> refusal(String text) {
        if (text.length() > MAX_LENGTH) return Optional.of("a redirect URI is too long");
        if (!VISIBLE_ASCII.matcher(text).matches() || FORBIDDEN.matcher(text).find()) {
            return Optional.of("a redirect URI has characters that are not allowed");
        }
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException malformed) {
            return Optional.of("a redirect URI is not a URI");
        }
        if (uri.getScheme() == null || uri.isOpaque() || uri.getHost() == null) {
            return Optional.of("a redirect URI must be absolute, with a host");
        }
        if (uri.getRawFragment() != null) return Optional.of("a redirect URI has a fragment");
        if (uri.getRawUserInfo() != null) return Optional.of("a redirect URI has user information");
        if (hasDotSegment(uri.getRawPath())) {
            return Optional.of("a redirect URI has '.' or '..' segments");
        }
        if (hasOurParameter(uri.getRawQuery())) {
            return Optional.of("a redirect URI has a parameter that the answer uses");
        }
        boolean allowed = text.startsWith("https://") || withoutLoopbackPort(text).isPresent();
        return allowed
                ? Optional.empty()
                : Optional.of("a redirect URI must be https, or http on a loopback address");
    }

    /** Also when the name is percent-encoded: the client's parser would not see the difference. */
    private static boolean hasOurParameter(String rawQuery) {
        if (rawQuery == null) return false;
        for (String pair : rawQuery.split("[&;]", -1)) {
            String name = URLDecoder.decode(pair.split("=", 2)[0], StandardCharsets.UTF_8);
            if (OUR_PARAMETERS.contains(name)) return true;
        }
        return false;
    }

    static boolean hasDotSegment(String path) {
        for (String segment : path.split("/", -1)) {
            String decoded = segment.replace("%2e", ".").replace("%2E", ".");
            if (decoded.equals(".") || decoded.equals("..")) return true;
        }
        return false;
    }

    /**
     * A scheme of some installed program, for example {@code cursor:}; left out of a registration.
     */
    public static boolean isPrivateScheme(String text) {
        int colon = text.indexOf(':');
        if (colon < 2) return false;
        String scheme = text.substring(0, colon);
        return scheme.matches("[a-z][a-z0-9+.-]*")
                && !DANGEROUS_SCHEMES.contains(scheme)
                && !scheme.equals("https")
                && !scheme.equals("http")
                && VISIBLE_ASCII.matcher(text).matches();
    }

    private static final Set<String> DANGEROUS_SCHEMES =
            Set.of("javascript", "data", "vbscript", "file", "blob", "about", "view-source");

    /** The registered URI that {@code requested} means, if any. */
    public static Optional<String> match(List<String> registered, String requested) {
        if (registered.contains(requested)) return Optional.of(requested);
        Optional<String> portless = withoutLoopbackPort(requested);
        if (portless.isEmpty()) return Optional.empty();
        return registered.stream()
                .filter(candidate -> withoutLoopbackPort(candidate).equals(portless))
                .findFirst();
    }

    public static boolean isLoopback(String uri) {
        return LOOPBACK.matcher(uri).matches();
    }

    /**
     * Whether the answer stays on the computer of the person, by http or https: whichever program
     * listens there gets it. Also when the browser only may take it so, as 0.0.0.0.
     *
     * @param uri one that may be registered
     */
    public static boolean isThisComputer(String uri) {
        String host = host(uri);
        if (host.equals("localhost") || host.endsWith(".localhost")) return true;
        if (!isAddress(host)) return false;
        InetAddress address = InetAddress.ofLiteral(ZONE.matcher(host).replaceFirst(""));
        return address.isLoopbackAddress() || address.isAnyLocalAddress();
    }

    /** Whether an address stands where others have a name: it belongs to whoever has it today. */
    public static boolean hasAddress(String uri) {
        return isAddress(host(uri));
    }

    private static boolean isAddress(String host) {
        return host.startsWith("[") || IPV4.matcher(host).matches();
    }

    /** Lower case, and without the dot that may end a full name; empty when there is none. */
    private static String host(String uri) {
        String named = URI.create(uri).getHost();
        if (named == null) return "";
        String host = named.toLowerCase(Locale.ROOT);
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }

    private static Optional<String> withoutLoopbackPort(String uri) {
        if (uri.length() > MAX_LENGTH) return Optional.empty();
        var matcher = LOOPBACK.matcher(uri);
        if (!matcher.matches()) return Optional.empty();
        String port = matcher.group(2);
        if (port != null && !isPort(port.substring(1))) return Optional.empty();
        String rest = matcher.group(3) == null ? "" : matcher.group(3);
        return Optional.of(matcher.group(1) + rest);
    }

    private static boolean isPort(String digits) {
        return !digits.startsWith("0") && Integer.parseInt(digits) <= 65_535;
    }
}
