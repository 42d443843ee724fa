package postern.forge.relay;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.RequestTooBigException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;

import postern.access.UpstreamRefused;
import postern.access.UpstreamUnavailable;
import postern.store.StoreUnavailable;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;

/**
 * One request of a child: checked, sent with the real token, answered, recorded. What is refused is
 * refused on the I/O thread; only what has a place runs on a worker thread and blocks.
 */
final class RelayHandler implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(RelayHandler.class);

    private final AdmissionRules rules;
    private final LocalConnections connections;
    private final CallPlaces places;
    private final ForgeCalls forge;
    private final AnswerWriter answers;
    private final Duration callTimeout;
    private final RelayMeans means;

    RelayHandler(
            AdmissionRules rules,
            LocalConnections connections,
            CallPlaces places,
            ForgeCalls forge,
            AnswerWriter answers,
            Duration callTimeout,
            RelayMeans means) {
        this.rules = rules;
        this.connections = connections;
        this.places = places;
        this.forge = forge;
        this.answers = answers;
        this.callTimeout = callTimeout;
        this.means = means;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        DummyTokens.Admitted session;
        try {
            session = rules.session(exchange);
        } catch (RelayRefusal toStranger) {
            exchange.setPersistent(false);
            Refusals.sendFromIoThread(exchange, toStranger, _ -> {});
            return;
        }
        connections.known(exchange);
        var call = new CallRecord(exchange, session, means);
        try {
            RelayPath path = RelayPath.of(exchange.getRequestURI());
            call.of(path);
            if (!session.rate().tryTake()) throw RelayRefusal.tooManyInAMinute();
            rules.check(exchange, session.access(), path);
            CallPlaces.Place place = places.take(session.access().personId());
            connections.begin(exchange);
            exchange.dispatch(() -> work(exchange, session.access(), path, call, place));
        } catch (RelayRefusal refusal) {
            Refusals.sendFromIoThread(exchange, refusal, call::over);
        } catch (RuntimeException bug) {
            LOG.atError().setCause(bug).log("relay.call.failed");
            Refusals.sendFromIoThread(exchange, RelayRefusal.failed(), call::over);
        }
    }

    /** On a worker thread, which is free when the place is. */
    private void work(
            HttpServerExchange exchange,
            RelayAccess access,
            RelayPath path,
            CallRecord call,
            CallPlaces.Place place) {
        try (place;
                var deadline = new Deadline(exchange, callTimeout)) {
            exchange.startBlocking();
            try {
                call.over(orCutOff(exchange, () -> relay(exchange, access, path, deadline)));
            } finally {
                // waits for what is left of the request
                exchange.endExchange();
            }
        } catch (RejectedExecutionException relayEnds) {
            IoUtils.safeClose(exchange.getConnection());
        } finally {
            connections.end(exchange);
        }
    }

    private interface Step {
        void run() throws IOException, RelayRefusal;
    }

    /**
     * A refusal becomes an answer; a broken answer is cut off, so that it does not look whole.
     *
     * @return whether the child was sent a whole answer
     */
    private static boolean orCutOff(HttpServerExchange exchange, Step step) {
        try {
            try {
                step.run();
            } catch (RelayRefusal refusal) {
                Refusals.send(exchange, refusal);
            } catch (RequestTooBigException tooBig) {
                Refusals.send(exchange, new RelayRefusal(413, "the request body is too large"));
            } catch (RejectedExecutionException relayEnds) {
                throw new IOException(relayEnds);
            } catch (RuntimeException bug) {
                LOG.atError().setCause(bug).log("relay.call.failed");
                if (exchange.isResponseStarted()) throw new IOException(bug);
                Refusals.send(exchange, RelayRefusal.failed());
            }
            return true;
        } catch (IOException gone) {
            IoUtils.safeClose(exchange.getConnection());
            return false;
        }
    }

    private void relay(
            HttpServerExchange exchange, RelayAccess access, RelayPath path, Deadline deadline)
            throws IOException, RelayRefusal {
        Answered answered = send(access, call(exchange, path));
        try (InputStream body = answered.answer.body()) {
            deadline.alsoClose(body);
            answers.write(exchange, path, answered.answer, answered.token);
        }
    }

    private static ForgeCalls.Call call(HttpServerExchange exchange, RelayPath path)
            throws IOException {
        String query = FormBodies.query(exchange.getQueryString(), exchange.getRequestHeaders());
        return new ForgeCalls.Call(
                exchange.getRequestMethod().toString(),
                query.isEmpty() ? path.raw() : path.raw() + "?" + query,
                exchange.getRequestHeaders(),
                body(exchange));
    }

    private static RequestBody body(HttpServerExchange exchange) throws IOException {
        if (exchange.isRequestComplete()) return new RequestBody.None();
        return RequestBody.read(exchange.getInputStream(), exchange.getRequestContentLength());
    }

    private record Answered(HttpResponse<InputStream> answer, RelayToken token) {}

    /** With a fresh token in the end: a 401 leads to one refresh and one more try. */
    private Answered send(RelayAccess access, ForgeCalls.Call call)
            throws IOException, RelayRefusal {
        try {
            RelayToken token = access.token();
            HttpResponse<InputStream> answer = sendOnce(call, token);
            if (answer.statusCode() != 401) return new Answered(answer, token);
            answer.body().close();
            RelayToken other = access.renewed(token);
            if (call.body() instanceof RequestBody.Passing) throw RelayRefusal.sendAgain();
            answer = sendOnce(call, other);
            if (answer.statusCode() == 401 && isRefusedEverywhere(other, answer)) {
                access.refused(other);
                throw RelayRefusal.signInEnded();
            }
            return new Answered(answer, other);
        } catch (UpstreamRefused ended) {
            LOG.atInfo().addKeyValue("reason", ended.getMessage()).log("relay.sign-in.ended");
            throw RelayRefusal.signInEnded();
        } catch (UpstreamUnavailable | StoreUnavailable failure) {
            LOG.atWarn().addKeyValue("reason", failure.getMessage()).log("relay.token.unavailable");
            throw RelayRefusal.unavailable();
        }
    }

    /** Unless it is not, nobody reads {@code answer} any more. */
    private boolean isRefusedEverywhere(RelayToken token, HttpResponse<InputStream> answer)
            throws IOException, RelayRefusal {
        boolean onlyHere = false;
        try {
            onlyHere = !forge.isRefusedEverywhere(token);
            return !onlyHere;
        } catch (IOException failure) {
            logUnavailable(failure);
            throw RelayRefusal.unavailable();
        } finally {
            if (!onlyHere) answer.body().close();
        }
    }

    private HttpResponse<InputStream> sendOnce(ForgeCalls.Call call, RelayToken token)
            throws IOException, RelayRefusal {
        try {
            return forge.send(call, token);
        } catch (RequestTooBigException | RequestBroken fromTheChild) {
            throw fromTheChild;
        } catch (IOException failure) {
            logUnavailable(failure);
            boolean mayBeDone = call.changes() && !ForgeCalls.isUnsent(failure);
            throw mayBeDone ? RelayRefusal.answerLost() : RelayRefusal.unavailable();
        }
    }

    private static void logUnavailable(IOException failure) {
        LOG.atWarn()
                .addKeyValue("reason", String.valueOf(failure.getCause()))
                .log("relay.forge.unavailable");
    }
}
