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

/**
 * One request of a child: checked, sent with the real token, answered, recorded. Runs on a worker
 * thread and blocks.
 */
final class RelayHandler implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(RelayHandler.class);

    private final AdmissionRules rules;
    private final ForgeCalls forge;
    private final AnswerWriter answers;
    private final Duration callTimeout;
    private final RelayMeans means;

    RelayHandler(
            AdmissionRules rules,
            ForgeCalls forge,
            AnswerWriter answers,
            Duration callTimeout,
            RelayMeans means) {
        this.rules = rules;
        this.forge = forge;
        this.answers = answers;
        this.callTimeout = callTimeout;
        this.means = means;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        if (exchange.isInIoThread()) {
            exchange.dispatch(this);
            return;
        }
        exchange.startBlocking();
        try (var deadline = new Deadline(exchange, callTimeout)) {
            orCutOff(
                    exchange,
                    () -> {
                        DummyTokens.Admitted session = rules.session(exchange);
                        var call = new CallRecord(exchange, session, means);
                        boolean whole =
                                orCutOff(exchange, () -> relay(exchange, session, call, deadline));
                        call.over(whole);
                    });
        } finally {
            exchange.endExchange();
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
                AnswerWriter.refuse(exchange, refusal);
            } catch (RequestTooBigException tooBig) {
                AnswerWriter.refuse(
                        exchange, new RelayRefusal(413, "the request body is too large"));
            } catch (RuntimeException bug) {
                LOG.atError().setCause(bug).log("relay.call.failed");
                if (exchange.isResponseStarted()) throw new IOException(bug);
                AnswerWriter.refuse(exchange, new RelayRefusal(500, "the relay failed"));
            }
            return true;
        } catch (IOException gone) {
            IoUtils.safeClose(exchange.getConnection());
            return false;
        }
    }

    private void relay(
            HttpServerExchange exchange,
            DummyTokens.Admitted session,
            CallRecord record,
            Deadline deadline)
            throws IOException, RelayRefusal {
        RelayPath path = RelayPath.of(exchange.getRequestURI());
        record.of(path);
        if (!session.rate().tryTake()) throw RelayRefusal.tooManyInAMinute();
        rules.check(exchange, session.access(), path);
        if (!session.slots().tryAcquire()) throw RelayRefusal.tooManyAtOnce();
        try {
            Answered answered = send(session.access(), call(exchange, path));
            try (InputStream body = answered.answer.body()) {
                deadline.alsoClose(body);
                answers.write(exchange, path, answered.answer, answered.token);
            }
        } finally {
            session.slots().release();
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
