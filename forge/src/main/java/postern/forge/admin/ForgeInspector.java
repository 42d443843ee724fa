package postern.forge.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.access.UpstreamUnavailable;
import postern.core.Secret;
import postern.forge.ForgeHttp;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Looks at a forge without any person's help and changes nothing there. What an application may do
 * can be seen by redeeming a code that nobody was given: the refusal tells how far the forge got.
 */
public final class ForgeInspector implements AutoCloseable {
    private static final String TOKEN = "/login/oauth/access_token";

    /** No code and no secret of a forge looks like this. */
    private static final String MADE_UP = "postern-looks-whether-this-is-refused";

    private final ForgeHttp http;
    private final InstantSource clock;

    /** A request, and it may fail. */
    private interface Request {
        ForgeHttp.Answer send() throws UpstreamUnavailable;
    }

    /**
     * @param api how we reach the forge, without a slash at the end
     * @param timeout for each request
     */
    public ForgeInspector(URI api, Duration timeout, InstantSource clock) {
        this.http = new ForgeHttp(api, timeout);
        this.clock = clock;
    }

    public Outcome<VersionAnswer> version() {
        Instant asked = clock.instant();
        return ask(() -> http.get("/api/v1/version")).then(answer -> version(asked, answer));
    }

    private Outcome<VersionAnswer> version(Instant asked, ForgeHttp.Answer answer) {
        Optional<Duration> ahead = answer.ahead(asked, clock.instant());
        Optional<ObjectNode> json = answer.json();
        // REQUIRE_SIGNIN_VIEW
        boolean forbidden = answer.status() == 403 && json.isPresent();
        if (forbidden) return Outcome.seen(new VersionAnswer(Optional.empty(), ahead));
        if (answer.status() != 200 || json.isEmpty() || !json.get().path("version").isTextual()) {
            return Outcome.troubled(Trouble.of(answer));
        }
        String text = json.get().path("version").asText();
        return Outcome.seen(new VersionAnswer(ForgeVersion.parse(text), ahead));
    }

    public Outcome<Provider> provider() {
        return ask(() -> http.get("/.well-known/openid-configuration"))
                .then(answer -> {
                    if (answer.status() == 404) return Outcome.seen(new Provider(Optional.empty()));
                    String issuer =
                            answer.json().map(json -> json.path("issuer").asText("")).orElse("");
                    if (answer.status() != 200 || issuer.isEmpty()) {
                        return Outcome.troubled(Trouble.of(answer));
                    }
                    return Outcome.seen(new Provider(Optional.of(withoutSlash(issuer))));
                });
    }

    private static String withoutSlash(String url) {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    /**
     * @param callback as it has to be registered, byte for byte
     */
    public Outcome<AppAnswer> application(String clientId, Secret clientSecret, URI callback) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "authorization_code");
        form.put("client_id", clientId);
        form.put("client_secret", clientSecret.useText(text -> text));
        form.put("redirect_uri", callback.toString());
        form.put("code", MADE_UP);
        form.put("code_verifier", MADE_UP);
        return ask(() -> http.postForm(TOKEN, form, Optional.empty()))
                .then(ForgeInspector::application);
    }

    private static Outcome<AppAnswer> application(ForgeHttp.Answer answer) {
        Optional<ObjectNode> json = answer.json();
        if (answer.status() != 400 || json.isEmpty()) return Outcome.troubled(Trouble.of(answer));
        String error = json.get().path("error").asText("");
        String description = json.get().path("error_description").asText("");
        if (description.startsWith("invalid client secret")
                || description.startsWith("invalid empty client secret")) {
            return Outcome.seen(AppAnswer.SECRET_WRONG);
        }
        if (error.equals("invalid_client")) return Outcome.seen(AppAnswer.UNKNOWN);
        if (error.equals("unauthorized_client")) {
            return Outcome.seen(
                    description.startsWith("unexpected redirect URI")
                            ? AppAnswer.CALLBACK_NOT_REGISTERED
                            : AppAnswer.RIGHT);
        }
        return Outcome.troubled(Trouble.unexpected(answer.status()));
    }

    /** Whether the forge asks for the secret at all; it does not of a public client. */
    public Outcome<Boolean> isConfidential(String clientId, URI callback) {
        return application(clientId, Secret.ofUtf8(MADE_UP), callback)
                .then(answer -> Outcome.seen(answer == AppAnswer.SECRET_WRONG));
    }

    /** Whether our application may ask what a token is for; sign-ins read granted scopes so. */
    public Outcome<Boolean> introspects(String clientId, Secret clientSecret) {
        String basic =
                clientSecret.useText(secret ->
                        Base64.getEncoder()
                                .encodeToString(
                                        (clientId + ":" + secret)
                                                .getBytes(StandardCharsets.UTF_8)));
        // with any text here, some releases judge it as a token before they look at us
        Map<String, String> form = Map.of("token", "");
        return ask(() ->
                        http.postForm(
                                "/login/oauth/introspect", form, Optional.of("Basic " + basic)))
                .then(answer -> {
                    if (answer.status() == 401) return Outcome.seen(false);
                    boolean answers =
                            answer.status() == 200
                                    && answer.json().filter(json -> json.has("active")).isPresent();
                    return answers ? Outcome.seen(true) : Outcome.troubled(Trouble.of(answer));
                });
    }

    /** Whether the place that names who signed in is there; it refuses, since nobody did. */
    public Outcome<Boolean> namesPeople() {
        return ask(() -> http.get("/login/oauth/userinfo"))
                .then(answer ->
                        answer.status() == 401
                                ? Outcome.seen(true)
                                : Outcome.troubled(Trouble.of(answer)));
    }

    private static Outcome<ForgeHttp.Answer> ask(Request request) {
        try {
            return Outcome.seen(request.send());
        } catch (UpstreamUnavailable failure) {
            return Outcome.troubled(Trouble.of(failure));
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
