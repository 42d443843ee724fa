package postern.testkit.forgejo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The operator's hands over HTTP, below {@code /_double/}, for shell and node tests: parameters
 * come as a form or flat JSON, answers are JSON.
 */
final class ControlEndpoints {
    private final ForgejoDouble forge;

    ControlEndpoints(ForgejoDouble forge) {
        this.forge = forge;
    }

    void handle(Exchange exchange) {
        Map<String, String> fields = exchange.fields();
        String action = exchange.path().substring(ForgejoDouble.CONTROL_PATH.length());
        try {
            exchange.json(200, act(exchange.method() + " " + action, fields));
        } catch (IllegalArgumentException wrong) {
            exchange.json(400, Json.object().put("error", wrong.getMessage()));
        }
    }

    private com.fasterxml.jackson.databind.JsonNode act(String action, Map<String, String> fields) {
        ObjectNode done = Json.object().put("ok", true);
        switch (action) {
            case "GET requests" -> {
                return requests();
            }
            case "DELETE requests" -> forge.clearRequests();
            case "GET issued-tokens" -> {
                ArrayNode all = JsonNodeFactory.instance.arrayNode();
                forge.issuedTokens().forEach(all::add);
                return all;
            }
            case "POST users" -> {
                DoubleUser user = forge.addUser(need(fields, "login"), need(fields, "password"));
                return done.put("id", user.id()).put("login", user.login());
            }
            case "POST disable-user" -> forge.disableUser(need(fields, "login"));
            case "POST rename-user" ->
                    forge.renameUser(need(fields, "login"), need(fields, "new_login"));
            case "POST groups" ->
                    forge.setGroups(need(fields, "login"), need(fields, "groups").split(","));
            case "POST personal-token" -> {
                String scopes = fields.getOrDefault("scopes", "all");
                return done.put("token", forge.addPersonalToken(need(fields, "login"), scopes));
            }
            case "POST apps" -> {
                List<String> uris = List.of(need(fields, "redirect_uris").split(","));
                boolean confidential = !fields.getOrDefault("public", "").equals("true");
                DoubleApp app = forge.registerApp(need(fields, "name"), uris, confidential);
                return done.put("client_id", app.clientId())
                        .put("client_secret", app.clientSecret());
            }
            case "POST delete-app" -> forge.deleteApp(need(fields, "client_id"));
            case "POST change-secret" -> {
                return done.put("client_secret", forge.changeSecret(need(fields, "client_id")));
            }
            case "POST revoke-grant" ->
                    forge.revokeGrant(need(fields, "login"), need(fields, "client_id"));
            case "POST faults" -> addFault(fields);
            case "DELETE faults" -> forge.clearFaults();
            default -> throw new IllegalArgumentException("no such control endpoint");
        }
        return done;
    }

    private void addFault(Map<String, String> fields) {
        String path = fields.getOrDefault("path", "/login/oauth/access_token");
        long times = Long.parseLong(fields.getOrDefault("times", "1"));
        int status = Integer.parseInt(fields.getOrDefault("status", "500"));
        forge.addFault(
                path,
                switch (need(fields, "kind")) {
                    case "hang" -> new Fault.Hang();
                    case "slow" ->
                            new Fault.Slow(Duration.ofMillis(Long.parseLong(need(fields, "ms"))));
                    case "lose-answer" -> new Fault.LoseAnswer();
                    case "html" -> Fault.html(status);
                    case "answer" ->
                            new Fault.Answer(
                                    status,
                                    fields.getOrDefault("content_type", "application/json"),
                                    fields.getOrDefault("body", "{}"));
                    default ->
                            throw new IllegalArgumentException(
                                    "kind must be hang, slow, lose-answer, html or answer");
                },
                times);
    }

    private ArrayNode requests() {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        for (LoggedRequest request : forge.requests()) {
            all.addObject()
                    .put("sequence", request.sequence())
                    .put("method", request.method())
                    .put("path", request.path())
                    .put("status", request.status())
                    .put("authorization", request.authorization().name())
                    .put("grant_type", request.grantType())
                    .put("login", request.login());
        }
        return all;
    }

    private static String need(Map<String, String> fields, String name) {
        String value = fields.getOrDefault(name, "");
        if (value.isEmpty()) {
            throw new IllegalArgumentException("field " + name + " is missing");
        }
        return value;
    }
}
