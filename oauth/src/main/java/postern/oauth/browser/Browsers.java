package postern.oauth.browser;

import postern.http.Cookies;
import postern.http.HttpError;
import postern.http.Request;
import postern.http.Response;
import postern.vault.Vault;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Binds transactions to the browser that began them, by one cookie for all of them, and forms to a
 * browser and a transaction.
 */
public final class Browsers {
    private static final Duration COOKIE_LIFE = Duration.ofHours(12);
    private static final Duration TRIP_LIFE = Duration.ofMinutes(20);
    private static final Pattern STATE = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final Cookies cookies;
    private final Vault vault;
    private final SecureRandom random;
    private final String origin;

    public Browsers(Cookies cookies, Vault vault, SecureRandom random, String origin) {
        this.cookies = cookies;
        this.vault = vault;
        this.random = random;
        this.origin = origin;
    }

    /** The browser's mark, kept when it has one: a second tab must not spoil the first. */
    public String markOf(Request request) {
        return cookies.read(request).orElseGet(() -> randomText());
    }

    public Response remember(Response response, String mark) {
        return response.with("Set-Cookie", cookies.set(mark, COOKIE_LIFE));
    }

    /** What is stored of the browser that sent {@code request}; empty when it has no mark. */
    public Optional<byte[]> hashOf(Request request) {
        return cookies.read(request).map(this::hash);
    }

    public byte[] hash(String mark) {
        return vault.keyedHash("browser", mark);
    }

    /**
     * A value that only a form of ours holds.
     *
     * @param form which of our forms
     * @param subject what this one is about
     */
    public String formToken(FormKind form, String mark, String subject) {
        return BASE64.encodeToString(vault.keyedHash(form.domain(), subject + "." + mark));
    }

    public boolean isFormToken(FormKind form, Request request, String subject, String presented) {
        Optional<String> mark = cookies.read(request);
        return mark.isPresent() && isSame(formToken(form, mark.get(), subject), presented);
    }

    /** Compares secrets in a time that does not tell where they differ. */
    public static boolean isSame(String expected, String presented) {
        return MessageDigest.isEqual(
                expected.getBytes(StandardCharsets.UTF_8),
                presented.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Our own pages send {@code Origin: null}, because they send no referrer; then Sec-Fetch-Site
     * decides, and where that is not sent either, the form token does.
     *
     * @throws HttpError 403 when another site's page has sent the form
     */
    public void refuseCrossSite(Request request) {
        boolean foreignOrigin =
                request.headers()
                        .single("Origin")
                        .filter(value -> !value.equals("null") && !value.equals(origin))
                        .isPresent();
        boolean crossSite =
                request.headers()
                        .single("Sec-Fetch-Site")
                        .filter(value -> !value.equals("same-origin"))
                        .isPresent();
        if (foreignOrigin || crossSite) {
            throw HttpError.forbidden(
                    "this form was not sent by our own page", "cross-site form post");
        }
    }

    public Trip newTrip() {
        return new Trip(randomText(), randomText());
    }

    public Response send(Response response, Trip trip) {
        return response.with("Set-Cookie", cookieOf(trip.state()).set(trip.secret(), TRIP_LIFE));
    }

    /** The trip that ends with {@code request}; empty for a browser that did not begin it. */
    public Optional<Trip> arrived(Request request, String state) {
        if (!STATE.matcher(state).matches()) return Optional.empty();
        return cookieOf(state).read(request).map(secret -> new Trip(state, secret));
    }

    /** The cookie of a trip that has ended is of no use any more. */
    public Response forget(Response response, Trip trip) {
        return response.with("Set-Cookie", cookieOf(trip.state()).clear());
    }

    private Cookies cookieOf(String state) {
        return cookies.named("trip-" + state.substring(0, 8));
    }

    public String randomText() {
        var bytes = new byte[32];
        random.nextBytes(bytes);
        return BASE64.encodeToString(bytes);
    }
}
