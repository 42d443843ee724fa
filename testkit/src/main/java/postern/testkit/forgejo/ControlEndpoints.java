package postern.testkit.forgejo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import java.io.IOException;
import java.time.Duration;

/**
 * The operator's hands over HTTP, below {@code /_double/}, for shell and node tests: parameters
 * come as a form or flat JSON, answers are JSON. No fault applies here.
 */
final class ControlEndpoints {
    private final ForgejoDouble forge;
    private final ControlVerbs verbs = new ControlVerbs();

    ControlEndpoints(ForgejoDouble forge) {
        this.forge = forge;
        verbs.answer("GET requests", fields -> requests());
        verbs.add("DELETE requests", fields -> forge.clearRequests());
        verbs.answer("GET issued-tokens", fields -> issuedTokens());
        verbs.add("POST refuse-connections", fields -> fields.need("ms"));
        new FaultControl(forge).addTo(verbs);
        new PeopleControl(forge).addTo(verbs);
        new ForgeControl(forge).addTo(verbs);
    }

    /** What is to happen when the answer has been sent. */
    Runnable handle(Exchange exchange) {
        String verb =
                exchange.method()
                        + " "
                        + exchange.path().substring(ForgejoDouble.CONTROL_PATH.length());
        var fields = new ControlFields(exchange.fields());
        try {
            exchange.json(200, verbs.act(verb, fields.values()));
            return verb.equals("POST refuse-connections") ? refusing(fields) : () -> {};
        } catch (IllegalArgumentException wrong) {
            exchange.json(400, Json.object().put("error", wrong.getMessage()));
            return () -> {};
        }
    }

    /** Nobody could ask for the end of it, so its length is said at the beginning. */
    private Runnable refusing(ControlFields fields) {
        Duration length = fields.millis("ms", "0");
        return () ->
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                forge.operator().refuseConnections();
                                Thread.sleep(length);
                                forge.operator().acceptConnections();
                            } catch (IOException | InterruptedException failed) {
                                System.err.println("the double is not back: " + failed);
                            }
                        });
    }

    private ArrayNode issuedTokens() {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        forge.issuedTokens().forEach(all::add);
        return all;
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
}
