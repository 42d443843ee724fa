package postern.testkit.forgejo;

import java.net.URI;
import java.util.List;
import java.util.Locale;

/** Section A3: the redirect URI comparison of the authorize and the token endpoint. */
final class RedirectUris {
    private RedirectUris() {}

    static boolean matches(List<String> registered, String presented, boolean confidential) {
        String wanted = comparable(presented);
        if (registered.stream().anyMatch(uri -> comparable(uri).equals(wanted))) {
            return true;
        }
        if (confidential) {
            return false;
        }
        String withoutPort = withoutLoopbackPort(presented);
        return !withoutPort.equals(presented)
                && registered.stream()
                        .map(RedirectUris::withoutLoopbackPort)
                        .anyMatch(uri -> comparable(uri).equals(comparable(withoutPort)));
    }

    /** Case is ignored in the path too, and one trailing slash. */
    private static String comparable(String uri) {
        String upper = uri.toUpperCase(Locale.ROOT);
        return upper.endsWith("/") ? upper.substring(0, upper.length() - 1) : upper;
    }

    /** Only http and only 127.0.0.1: neither localhost nor, seen by running, [::1]. */
    private static String withoutLoopbackPort(String uri) {
        try {
            URI parsed = URI.create(uri);
            if ("http".equals(parsed.getScheme())
                    && "127.0.0.1".equals(parsed.getHost())
                    && parsed.getPort() >= 0) {
                return uri.replaceFirst(":" + parsed.getPort(), "");
            }
            return uri;
        } catch (IllegalArgumentException notAUri) {
            return uri;
        }
    }
}
