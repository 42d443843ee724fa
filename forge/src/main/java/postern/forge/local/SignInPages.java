package postern.forge.local;

import postern.core.Ticker;
import postern.http.Cookies;
import postern.http.FormParams;
import postern.http.Html;
import postern.http.HttpError;
import postern.http.PageKit;
import postern.http.RateLimiter;
import postern.http.Request;
import postern.http.Response;
import postern.store.Database;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * GET and POST of {@code /sign-in}: the page that asks for a code, and what happens to it.
 *
 * <p>Tries are limited per network of a caller, and not over all: a flood from others must not keep
 * the person with the right code out. A code has 49 bits and lives 15 minutes, so one network has
 * at most 160 tries of 6 * 10^14; a hundred thousand networks together hit one of ten open codes
 * with a chance of 3 in 10 million.
 */
final class SignInPages {
    static final String PATH = "/sign-in";
    private static final String CALLBACK = "/oauth/callback";
    private static final Pattern STATE = Pattern.compile("[A-Za-z0-9._~-]{1,200}");
    private static final int TRIES_PER_ADDRESS = 10;
    private static final int MAX_ADDRESSES = 10_000;
    private static final Duration PERIOD = Duration.ofMinutes(1);

    private final Database database;
    private final LocalSignIns signIns;
    private final InstantSource clock;
    private final PageKit pages;
    private final Cookies cookies;
    private final URI publicUrl;
    private final Function<String, Optional<String>> formActions;
    private final RateLimiter perAddress;

    SignInPages(
            Database database,
            LocalSignIns signIns,
            InstantSource clock,
            Ticker ticker,
            PageKit pages,
            Cookies cookies,
            URI publicUrl,
            Function<String, Optional<String>> formActions) {
        this.database = database;
        this.signIns = signIns;
        this.clock = clock;
        this.pages = pages;
        this.cookies = cookies;
        this.publicUrl = publicUrl;
        this.formActions = formActions;
        this.perAddress =
                new RateLimiter(
                        ticker,
                        TRIES_PER_ADDRESS,
                        PERIOD.dividedBy(TRIES_PER_ADDRESS),
                        MAX_ADDRESSES);
    }

    /**
     * The consent page has bound the browser before; without its cookie nobody could come back
     * anyway.
     */
    Response show(Request request) {
        String state = state(FormParams.ofQuery(request.rawQuery()));
        return form(200, state, browser(request), Optional.empty());
    }

    Response submit(Request request) {
        refuseCrossSite(request);
        FormParams form = FormParams.ofBody(request);
        String state = state(form);
        String browser = browser(request);
        byte[] presented = form.single("form_token").orElse("").getBytes(StandardCharsets.UTF_8);
        byte[] expected = signIns.formToken(browser, state).getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(expected, presented)) {
            throw HttpError.forbidden("this form was made for another browser", "form token");
        }
        limit(perAddress, request.clientNetwork());
        Optional<String> ticket =
                form.single("code").flatMap(CodeText::typed).flatMap(code -> spend(code, state));
        if (ticket.isPresent()) {
            return Response.seeOther(
                    publicUrl + CALLBACK + "?state=" + state + "&code=" + ticket.get());
        }
        return form(
                403,
                state,
                browser,
                Optional.of("This code is not valid. A code works once, for 15 minutes."));
    }

    private Optional<String> spend(String code, String state) {
        Instant now = clock.instant();
        // guesses do not get as far as the one writer, which everybody needs
        if (!database.read(tx -> signIns.hasCode(tx, code))) return Optional.empty();
        return database.write(tx -> signIns.redeemCode(tx, code, state, now));
    }

    private Response form(int status, String state, String browser, Optional<String> refusal) {
        Html content =
                refusal.map(text -> Html.of("<p role=\"alert\"><strong>{}</strong></p>", text))
                        .orElse(Html.empty())
                        .and(
                                Html.form(
                                        PATH,
                                        Html.hidden("state", state)
                                                .and(
                                                        Html.hidden(
                                                                "form_token",
                                                                signIns.formToken(browser, state)))
                                                .and(Html.of(INPUT))));
        return pages.page(status, "Sign in", content, formActions.apply(state));
    }

    private static final String INPUT =
            """
            <p><label for="code">Your sign-in code</label></p>
            <p><input id="code" name="code" type="text" required autofocus maxlength="40"
              autocomplete="off" autocapitalize="characters" spellcheck="false"
              placeholder="XXXXX-XXXXX"></p>
            <p><button type="submit">Sign in</button></p>
            <p>Whoever runs this server makes one with <code>postern users code NAME</code>.</p>
            """;

    private static String state(FormParams params) {
        return params.single("state")
                .filter(text -> STATE.matcher(text).matches())
                .orElseThrow(() ->
                        HttpError.badRequest(
                                "open this page from your client, not by hand", "no state"));
    }

    private String browser(Request request) {
        return cookies.read(request)
                .orElseThrow(() ->
                        HttpError.badRequest(
                                "this browser did not begin this sign-in; start again in your"
                                        + " client and allow cookies",
                                "no cookie"));
    }

    /**
     * Our own pages send {@code Origin: null}, because they send no referrer; then Sec-Fetch-Site
     * decides, and where neither is sent, the form token does.
     */
    private void refuseCrossSite(Request request) {
        Optional<String> site = request.headers().single("Sec-Fetch-Site");
        Optional<String> origin = request.headers().single("Origin");
        boolean otherSite = site.isPresent() && !site.get().equals("same-origin");
        boolean otherOrigin =
                origin.isPresent()
                        && !origin.get().equals("null")
                        && !origin.get().equals(ownOrigin());
        if (otherSite || otherOrigin) {
            throw HttpError.forbidden("this form was sent from another site", "cross-site");
        }
    }

    private String ownOrigin() {
        return publicUrl.getScheme() + "://" + publicUrl.getAuthority();
    }

    private static void limit(RateLimiter limiter, String key) {
        Optional<Duration> wait = limiter.tryAcquire(key);
        if (wait.isPresent()) throw HttpError.tooManyRequests(wait.get());
    }

    /** Refusals on these paths are pages: a person is looking at them. */
    Response refusal(HttpError error) {
        return pages.page(
                error.status(),
                "Sign in",
                Html.of("<p role=\"alert\">This did not work: {}.</p>", error.hint()),
                Optional.empty());
    }
}
