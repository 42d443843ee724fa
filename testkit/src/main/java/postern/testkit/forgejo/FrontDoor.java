package postern.testkit.forgejo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.testkit.wire.WireConnection;
import postern.testkit.wire.WireRequest;

import java.io.IOException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** Where requests come in: applies the faults, dates and logs every answer. */
final class FrontDoor {
    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final Conduct conduct;
    private final Faults faults;
    private final RequestLog log;
    private final Consumer<Exchange> forge;
    private final ControlEndpoints control;

    FrontDoor(
            Conduct conduct,
            Faults faults,
            RequestLog log,
            Consumer<Exchange> forge,
            ControlEndpoints control) {
        this.conduct = conduct;
        this.faults = faults;
        this.log = log;
        this.forge = forge;
        this.control = control;
    }

    void handle(WireRequest request, WireConnection connection)
            throws IOException, InterruptedException {
        long sequence = log.next();
        var exchange = new Exchange(request);
        if (exchange.path().startsWith(ForgejoDouble.CONTROL_PATH)) {
            Runnable afterwards = control.handle(exchange);
            new Delivery.Whole().send(exchange, connection);
            afterwards.run();
            return;
        }
        Delivery delivery = process(exchange);
        exchange.setHeader("Date", HTTP_DATE.format(conduct.now()));
        // Logged before it is sent: who has the answer finds the request in the log.
        log.add(logged(sequence, exchange, delivery));
        delivery.send(exchange, connection);
    }

    private Delivery process(Exchange exchange) throws InterruptedException {
        Optional<FaultSwitch> taken = faults.take(exchange);
        if (taken.isEmpty()) {
            return processed(exchange, new Delivery.Whole());
        }
        return switch (taken.get().fault()) {
            case Fault.Hang() -> {
                taken.get().awaitOff();
                yield processed(exchange, new Delivery.Whole());
            }
            case Fault.Slow(Duration delay) -> {
                Thread.sleep(delay);
                yield processed(exchange, new Delivery.Whole());
            }
            case Fault.LoseRequest() -> new Delivery.Lost();
            case Fault.LoseAnswer() -> processed(exchange, new Delivery.Lost());
            case Fault.HoldAnswer() -> {
                Delivery late = processed(exchange, new Delivery.Whole());
                taken.get().awaitOff();
                yield late;
            }
            case Fault.Drip drip -> processed(exchange, new Delivery.Dripping(drip));
            case Fault.CutBody() -> processed(exchange, new Delivery.Cut());
            case Fault.HalfJson() -> {
                Delivery half = processed(exchange, new Delivery.Whole());
                exchange.reply.dropSecondHalf();
                yield half;
            }
            case Fault.Answer answer -> answered(exchange, answer);
            case Fault.AnswerAfter(Fault.Answer answer) -> {
                handle(exchange);
                yield answered(exchange, answer);
            }
            case Fault.EchoSecrets(int status) -> answered(exchange, echo(exchange, status));
            case Fault.Meanwhile(Runnable action) -> {
                action.run();
                yield processed(exchange, new Delivery.Whole());
            }
        };
    }

    private Delivery processed(Exchange exchange, Delivery delivery) {
        handle(exchange);
        return delivery;
    }

    /** A fault of the double itself is told to the caller, not hidden in a broken connection. */
    private void handle(Exchange exchange) {
        try {
            forge.accept(exchange);
        } catch (RuntimeException bug) {
            exchange.text(500, "the double failed: " + bug + "\n");
        }
    }

    private static Delivery answered(Exchange exchange, Fault.Answer answer) {
        answer.headers().forEach(exchange::setHeader);
        exchange.reply.set(answer.status(), answer.contentType(), answer.body().getBytes(UTF_8));
        return new Delivery.Whole();
    }

    /** In the fields of a token error and of an API error, so that each kind of reader meets it. */
    private static Fault.Answer echo(Exchange exchange, int status) {
        String text = "refused: " + exchange.credentials() + " " + exchange.fields();
        ObjectNode body =
                Json.object()
                        .put("error", "server_error")
                        .put("error_description", text)
                        .put("message", text);
        return new Fault.Answer(status, "application/json;charset=utf-8", body + "\n");
    }

    private static LoggedRequest logged(long sequence, Exchange exchange, Delivery delivery) {
        return new LoggedRequest(
                sequence,
                exchange.method(),
                exchange.path(),
                delivery instanceof Delivery.Lost ? 0 : exchange.status(),
                exchange.authorizationKind(),
                Endpoint.grantType(exchange),
                exchange.login);
    }
}
