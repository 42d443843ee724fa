package postern.testkit.forgejo;

import java.net.URI;
import java.time.Duration;

/** Faults over the control endpoint: {@code kind}, where, and how often. */
final class FaultControl {
    private static final String KINDS =
            "kind must be hang, slow, lose-request, lose-answer, hold-answer, drip, cut-body,"
                    + " half-json, html, status, answer, too-many-requests, redirect or"
                    + " echo-secrets";

    private final ForgejoDouble forge;

    FaultControl(ForgejoDouble forge) {
        this.forge = forge;
    }

    void addTo(ControlVerbs verbs) {
        verbs.add("POST faults", this::add);
        verbs.add("DELETE faults", fields -> forge.clearFaults());
    }

    private void add(ControlFields fields) {
        Fault fault = fault(fields);
        if (fault instanceof Fault.Answer answer && fields.optional("when", "").equals("after")) {
            fault = new Fault.AnswerAfter(answer);
        }
        long times =
                fields.optional("times", "1").equals("until-off")
                        ? Long.MAX_VALUE
                        : fields.number("times", "1");
        String endpoint = fields.optional("endpoint", "");
        if (endpoint.isEmpty()) {
            forge.addFault(fields.optional("path", Endpoint.TOKEN_PATH), fault, times);
        } else {
            forge.addFault(Endpoint.named(endpoint), fault, times);
        }
    }

    private static Fault fault(ControlFields fields) {
        int status = (int) fields.number("status", "500");
        return switch (fields.need("kind")) {
            case "hang" -> new Fault.Hang();
            case "slow" -> new Fault.Slow(Duration.ofMillis(Long.parseLong(fields.need("ms"))));
            case "lose-request" -> new Fault.LoseRequest();
            case "lose-answer" -> new Fault.LoseAnswer();
            case "hold-answer" -> new Fault.HoldAnswer();
            case "drip" ->
                    new Fault.Drip((int) fields.number("bytes", "1"), fields.millis("ms", "10"));
            case "cut-body" -> new Fault.CutBody();
            case "half-json" -> new Fault.HalfJson();
            case "html" -> Fault.html(status);
            case "status" -> Fault.status(status);
            case "answer" ->
                    new Fault.Answer(
                            status,
                            fields.optional("content_type", "application/json"),
                            fields.values().getOrDefault("body", "{}"));
            case "too-many-requests" ->
                    Fault.tooManyRequests(
                            Duration.ofSeconds(fields.number("retry_after_seconds", "1")));
            case "redirect" ->
                    Fault.redirect(
                            (int) fields.number("status", "307"),
                            URI.create(fields.need("location")));
            case "echo-secrets" -> new Fault.EchoSecrets(status);
            default -> throw new IllegalArgumentException(KINDS);
        };
    }
}
