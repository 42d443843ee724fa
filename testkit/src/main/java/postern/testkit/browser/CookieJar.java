package postern.testkit.browser;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The cookies of one browser profile. As in Safari a Secure cookie from plain http is refused, on
 * loopback too: what works here works in every browser. Refused cookies are kept for assertions.
 */
public final class CookieJar {
    /** Browsers drop a cookie whose name and value are longer. */
    private static final int MAX_COOKIE_CHARACTERS = 4096;

    private final InstantSource clock;
    private final List<Cookie> cookies = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();

    CookieJar(InstantSource clock) {
        this.clock = clock;
    }

    synchronized void store(URI origin, HttpHeaders headers) {
        Instant now = clock.instant();
        for (String header : headers.allValues("Set-Cookie")) {
            Cookie cookie = Cookie.parse(header, origin, now);
            if (!mayStore(cookie, origin)) {
                refused.add(header);
                continue;
            }
            cookies.removeIf(cookie::isSameSlot);
            if (!cookie.isOver(now)) {
                cookies.add(cookie);
            }
        }
    }

    private static boolean mayStore(Cookie cookie, URI origin) {
        boolean https = "https".equals(origin.getScheme());
        String host = origin.getHost().toLowerCase(Locale.ROOT);
        boolean ownDomain = host.equals(cookie.domain()) || host.endsWith("." + cookie.domain());
        boolean fits = cookie.name().length() + cookie.value().length() <= MAX_COOKIE_CHARACTERS;
        return fits && ownDomain && (https || !cookie.secure()) && prefixKept(cookie);
    }

    /** {@code __Host-} promises Secure, Path=/ and no Domain; {@code __Secure-} promises Secure. */
    private static boolean prefixKept(Cookie cookie) {
        String name = cookie.name().toLowerCase(Locale.ROOT);
        if (name.startsWith("__host-")) {
            return cookie.secure() && cookie.hostOnly() && cookie.path().equals("/");
        }
        return !name.startsWith("__secure-") || cookie.secure();
    }

    /** The Cookie header for a request, longest path first; empty without cookies. */
    public synchronized String headerFor(URI target) {
        Instant now = clock.instant();
        return cookies.stream()
                .filter(cookie -> cookie.isFor(target, now))
                .sorted(Comparator.comparingInt(cookie -> -cookie.path().length()))
                .map(cookie -> cookie.name() + "=" + cookie.value())
                .collect(Collectors.joining("; "));
    }

    public synchronized List<Cookie> all() {
        return List.copyOf(cookies);
    }

    /** Set-Cookie headers that a browser would not have stored. */
    public synchronized List<String> refused() {
        return List.copyOf(refused);
    }

    /** Forgets the cookies whose name contains {@code part}. */
    public synchronized void forget(String part) {
        cookies.removeIf(cookie -> cookie.name().contains(part));
    }

    public synchronized void clear() {
        cookies.clear();
    }
}
