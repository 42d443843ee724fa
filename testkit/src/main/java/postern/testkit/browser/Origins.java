package postern.testkit.browser;

import java.net.URI;
import java.util.Locale;

/** Web origins, and which of two are the same site. */
final class Origins {
    private Origins() {}

    /** Scheme, host and port as the Origin header writes them: without a default port. */
    static String of(URI uri) {
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        int port = uri.getPort();
        boolean standard =
                port < 0
                        || (scheme.equals("http") && port == 80)
                        || (scheme.equals("https") && port == 443);
        return scheme + "://" + uri.getHost() + (standard ? "" : ":" + port);
    }

    /** The Sec-Fetch-Site value of a request from {@code initiator} to {@code target}. */
    static String relation(URI initiator, URI target) {
        if (of(initiator).equals(of(target))) {
            return "same-origin";
        }
        boolean sameSite =
                initiator.getScheme().equals(target.getScheme())
                        && site(initiator).equals(site(target));
        return sameSite ? "same-site" : "cross-site";
    }

    /** Nearly the registrable domain: the last two labels; an address counts as a whole. */
    private static String site(URI uri) {
        String host = String.valueOf(uri.getHost());
        if (host.matches("[0-9.]+") || host.startsWith("[")) {
            return host;
        }
        String[] labels = host.split("\\.", -1);
        int count = labels.length;
        return count < 2 ? host : labels[count - 2] + "." + labels[count - 1];
    }
}
