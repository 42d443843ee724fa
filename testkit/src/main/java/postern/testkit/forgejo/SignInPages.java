package postern.testkit.forgejo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.Map;
import java.util.Optional;

/** Browser sessions and {@code /user/login} (sections A2 and A14.6). */
final class SignInPages {
    private final Conduct conduct;
    private final Book book;
    private final Site site;

    SignInPages(Conduct conduct, Book book, Site site) {
        this.conduct = conduct;
        this.book = book;
        this.site = site;
    }

    /** The session of the request; a new one is announced with a cookie. */
    Session session(Exchange exchange) {
        return exchange.cookie(conduct.personality().sessionCookie())
                .flatMap(book::session)
                .orElseGet(() -> start(exchange, new Session()));
    }

    private Session start(Exchange exchange, Session session) {
        exchange.setCookie(conduct.personality().sessionCookie(), book.addSession(session), "");
        if (conduct.personality().csrfField()) {
            exchange.setCookie("_csrf", session.csrf, "; Max-Age=86400");
        }
        return session;
    }

    /** Sends the browser to the sign-in page and remembers where it wanted to go. */
    void demand(Exchange exchange) {
        String wanted = URLEncoder.encode(exchange.pathAndQuery(), UTF_8);
        exchange.setCookie("redirect_to", wanted, "");
        exchange.redirect(site.localLink("/user/login"));
    }

    void show(Exchange exchange) {
        Session session = session(exchange);
        if (session.isSignedIn()) {
            goBack(exchange);
        } else {
            exchange.html(200, Pages.signIn(site, csrf(session), "", ""));
        }
    }

    void signIn(Exchange exchange) {
        if (isForged(exchange, session(exchange))) {
            return;
        }
        Map<String, String> form = exchange.fields();
        String login = form.getOrDefault("user_name", "");
        Optional<DoubleUser> user =
                book.user(login)
                        .filter(known ->
                                known.password().equals(form.getOrDefault("password", "")));
        if (user.isEmpty()) {
            String problem = "Username or password is incorrect.";
            Session session = session(exchange);
            exchange.html(200, Pages.signIn(site, csrf(session), login, problem));
        } else if (user.get().prohibited()) {
            exchange.html(200, Pages.prohibited());
        } else {
            exchange.cookie(conduct.personality().sessionCookie()).ifPresent(book::removeSession);
            var signedIn = new Session();
            signedIn.userId = user.get().id();
            start(exchange, signedIn);
            goBack(exchange);
        }
    }

    void signOut(Exchange exchange) {
        exchange.cookie(conduct.personality().sessionCookie()).ifPresent(book::removeSession);
        exchange.redirect(site.localLink("/"));
    }

    private void goBack(Exchange exchange) {
        String wanted =
                exchange.cookie("redirect_to")
                        .map(value -> URLDecoder.decode(value, UTF_8))
                        .filter(path -> path.startsWith("/") && !path.startsWith("//"))
                        .orElse("/");
        if (exchange.cookie("redirect_to").isPresent()) {
            exchange.setCookie("redirect_to", "", "; Max-Age=0");
        }
        exchange.redirect(site.localLink(wanted));
    }

    String csrf(Session session) {
        return conduct.personality().csrfField() ? session.csrf : "";
    }

    /**
     * Answers a forged form post. From Forgejo 14 on this is the check of Go's standard library: by
     * Sec-Fetch-Site, else by Origin against Host; absent headers pass.
     */
    boolean isForged(Exchange exchange, Session session) {
        if (conduct.personality().csrfField()) {
            if (session.csrf.equals(exchange.fields().get("_csrf"))) {
                return false;
            }
            exchange.text(400, "Invalid CSRF token.\n");
            return true;
        }
        Optional<String> site = exchange.header("Sec-Fetch-Site");
        if (site.isPresent()) {
            if (site.get().equals("same-origin") || site.get().equals("none")) {
                return false;
            }
            exchange.text(403, "cross-origin request detected from Sec-Fetch-Site header\n");
            return true;
        }
        Optional<String> origin = exchange.header("Origin");
        String host = exchange.header("Host").orElse("");
        if (origin.isEmpty() || host.equals(authority(origin.get()))) {
            return false;
        }
        exchange.text(
                403,
                "cross-origin request detected, and/or browser is out of date: Sec-Fetch-Site is"
                        + " missing, and Origin does not match Host\n");
        return true;
    }

    private static String authority(String origin) {
        try {
            return URI.create(origin).getRawAuthority();
        } catch (IllegalArgumentException notAUri) {
            return "";
        }
    }
}
