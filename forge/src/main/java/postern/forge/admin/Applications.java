package postern.forge.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.access.UpstreamUnavailable;
import postern.core.Secret;
import postern.forge.ForgeHttp;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The operator's own OAuth2 applications at the forge. None is ever changed: the forge gives an
 * application a new secret at every change, and whoever uses the old one would stand outside.
 */
public final class Applications implements AutoCloseable {
    private static final String PATH = "/api/v1/user/applications/oauth2";
    private static final int PAGE = 50;
    private static final int MAX_PAGES = 20;
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_.~-]{1,256}");

    private final ForgeHttp http;
    private final OperatorCredentials credentials;

    /** A registered application, as a list shows it. */
    public record Registered(String name, String clientId) {}

    /** A new application; its secret is shown this once. */
    public record Made(String clientId, Secret clientSecret) {}

    public Applications(URI api, Duration timeout, OperatorCredentials credentials) {
        this.http = new ForgeHttp(api, timeout);
        this.credentials = credentials;
    }

    /** All of the operator's, up to a thousand. */
    public Outcome<List<Registered>> all() {
        List<Registered> found = new ArrayList<>();
        for (int page = 1; page <= MAX_PAGES; page++) {
            Outcome<ArrayNode> read = page(page);
            if (read instanceof Outcome.Troubled<ArrayNode>(Trouble trouble)) {
                return Outcome.troubled(trouble);
            }
            ArrayNode list = read.value().orElseThrow();
            for (JsonNode app : list) {
                found.add(
                        new Registered(
                                app.path("name").asText(""), app.path("client_id").asText("")));
            }
            if (list.isEmpty()) break;
        }
        return Outcome.seen(List.copyOf(found));
    }

    private Outcome<ArrayNode> page(int page) {
        try {
            ForgeHttp.Answer answer =
                    http.get(
                            PATH + "?limit=" + PAGE + "&page=" + page, credentials.authorization());
            if (isRefusal(answer)) return Outcome.troubled(refusal(answer));
            Optional<ArrayNode> list = answer.jsonList();
            return answer.status() == 200 && list.isPresent()
                    ? Outcome.seen(list.get())
                    : Outcome.troubled(Trouble.of(answer));
        } catch (UpstreamUnavailable failure) {
            return Outcome.troubled(Trouble.of(failure));
        }
    }

    /** Makes a confidential application with exactly one redirect URI. */
    public Outcome<Made> make(String name, URI callback) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("name", name).put("confidential_client", true);
        body.putArray("redirect_uris").add(callback.toString());
        try {
            ForgeHttp.Answer answer = http.postJson(PATH, body, credentials.authorization());
            if (isRefusal(answer)) return Outcome.troubled(refusal(answer));
            Optional<ObjectNode> json = answer.json();
            String id = json.map(app -> app.path("client_id").asText("")).orElse("");
            String secret = json.map(app -> app.path("client_secret").asText("")).orElse("");
            boolean whole = WORD.matcher(id).matches() && WORD.matcher(secret).matches();
            if (answer.status() == 201 && whole) {
                return Outcome.seen(new Made(id, Secret.ofUtf8(secret)));
            }
            return Outcome.troubled(perhapsMade(name, Trouble.of(answer)));
        } catch (UpstreamUnavailable failure) {
            return Outcome.troubled(perhapsMade(name, Trouble.of(failure)));
        }
    }

    private static Trouble perhapsMade(String name, Trouble trouble) {
        return new Trouble(
                trouble.what() + " when the application was to be made",
                trouble.change()
                        + "; if '"
                        + name
                        + "' now stands in Forgejo, Settings, Applications, delete it there before"
                        + " you run this again");
    }

    private static boolean isRefusal(ForgeHttp.Answer answer) {
        return answer.status() == 401 || answer.status() == 403;
    }

    /** The forge's own words may hold the token, so none of them is repeated. */
    private Trouble refusal(ForgeHttp.Answer answer) {
        String message = answer.json().map(json -> json.path("message").asText("")).orElse("");
        if (message.contains("required scope")) {
            return new Trouble("says that this token lacks a scope", credentials.hint());
        }
        if (message.contains("prohibited from signing in")
                || message.contains("change your password")) {
            return new Trouble(
                    "does not let this account in",
                    "sign in there once with a browser and do what it asks, or use another"
                            + " account");
        }
        return new Trouble("does not accept the credentials", credentials.hint());
    }

    @Override
    public void close() {
        http.close();
    }
}
