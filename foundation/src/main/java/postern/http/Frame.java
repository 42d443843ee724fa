package postern.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * The way of every request, on the I/O thread up to its last body byte: host, request line, method,
 * route, room, body; then the route's handler on a virtual thread. Only a route's check of the head
 * comes before the body on a virtual thread, too.
 */
final class Frame implements HttpHandler {
    private static final Logger log = LoggerFactory.getLogger(Frame.class);

    private final Call.Shared shared;
    private final Routes routes;
    private final HostRule hosts;
    private final TrustedProxies proxies;
    private final Supplier<String> requestIds;
    private final Executor threads;

    Frame(
            Call.Shared shared,
            Routes routes,
            HostRule hosts,
            Supplier<String> requestIds,
            Executor threads) {
        this.shared = shared;
        this.routes = routes;
        this.hosts = hosts;
        this.proxies = new TrustedProxies(shared.config().trustedProxies());
        this.requestIds = requestIds;
        this.threads = threads;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        var headers = new Headers(exchange.getRequestHeaders());
        InetAddress peer = exchange.getSourceAddress().getAddress();
        String client = proxies.clientOf(peer, headers);
        var call = new Call(exchange, shared, requestIds.get(), client);
        try {
            checkFraming(exchange, headers);
            RequestLine.check(exchange);
            hosts.check(headers);
            Optional<Response> toHttps =
                    HttpsOnly.instead(
                            exchange,
                            shared.config().httpsOrigin(),
                            proxies.cameOverPlainHttp(peer, headers));
            if (toHttps.isPresent()) {
                call.send(toHttps.get());
                return;
            }
            Route route = routes.find(exchange.getRequestURI()).orElseThrow(HttpError::notFound);
            call.matched(route);
            String method = exchange.getRequestMethod().toString();
            if (method.equals("OPTIONS") && route.cors().isPresent()) {
                call.send(route.cors().get().preflight());
                return;
            }
            Route.Target target = route.targets().get(method);
            if (target == null) throw HttpError.methodNotAllowed(route.allow());
            long max = route.maxBody().orElse(shared.config().maxBody()).bytes();
            var withBody = new WithBody(call, target, headers, client);
            if (route.headCheck().isEmpty() || exchange.isRequestComplete()) {
                withBody.read(max);
            } else {
                HeadCheck check = route.headCheck().get();
                exchange.dispatch(threads, (Runnable) () -> withBody.readAfter(check, max));
            }
        } catch (HttpError refusal) {
            call.refuse(refusal);
        }
    }

    /**
     * Undertow reads chunk framing laxly, and codings that it does not know as no body: nobody may
     * hide a second request behind either. Source: RFC 9112 §6.3.
     */
    private static void checkFraming(HttpServerExchange exchange, Headers headers) {
        List<String> codings = headers.all("Transfer-Encoding");
        if (codings.isEmpty()) return;
        exchange.setPersistent(false);
        if (codings.size() > 1 || !codings.getFirst().equalsIgnoreCase("chunked")) {
            throw new BadRequest("Transfer-Encoding must be chunked", "transfer coding");
        }
    }

    private final class WithBody implements BodyReader.Outcome {
        private final Call call;
        private final Route.Target target;
        private final Headers headers;
        private final String client;

        private WithBody(Call call, Route.Target target, Headers headers, String client) {
            this.call = call;
            this.target = target;
            this.headers = headers;
            this.client = client;
        }

        private void read(long maxBytes) {
            BodyReader.read(call.exchange, maxBytes, shared.config().bodyDeadline(), this);
        }

        /** On a virtual thread, since the check may block; back to the I/O thread to read. */
        private void readAfter(HeadCheck check, long maxBytes) {
            Request head = request(new byte[0]);
            boolean passed = answeringFailures(call, () -> check.check(head));
            if (passed) call.onIoThread(() -> read(maxBytes));
        }

        private Request request(byte[] body) {
            HttpServerExchange exchange = call.exchange;
            return new Request(
                    exchange.getRequestMethod().toString(),
                    exchange.getRequestURI(),
                    exchange.getQueryString(),
                    headers,
                    body,
                    client,
                    call.requestId());
        }

        /** Takes its place only now: who sends a body drop by drop keeps nobody else out. */
        @Override
        public void whole(byte[] body) {
            try {
                call.enter();
            } catch (HttpError full) {
                call.refuse(full);
                return;
            }
            Request request = request(body);
            if (target instanceof Route.Streaming) call.watchClient();
            // A Runnable, not an HttpHandler: that would count as the I/O thread's own call.
            call.exchange.dispatch(threads, (Runnable) () -> run(call, target, request));
        }

        @Override
        public void tooLarge() {
            call.refuse(HttpError.tooLarge());
        }

        @Override
        public boolean mayKeep(int bytes) {
            return call.takeBodyBytes(bytes);
        }

        @Override
        public void noRoom() {
            call.refuse(
                    HttpError.unavailable(
                            "too many large requests at once",
                            "body bytes",
                            Duration.ofSeconds(1)));
        }

        @Override
        public void tooSlow() {
            call.refuse(new HttpError(408, "the request body came too slowly", "body deadline"));
        }

        @Override
        public void broken(IOException cause) {
            call.refuse(new BadRequest("the request body is malformed", "body: " + cause));
        }
    }

    private static void run(Call call, Route.Target target, Request request) {
        answeringFailures(
                call,
                () -> {
                    switch (target) {
                        case Route.Plain(Handler handler) -> call.send(handler.handle(request));
                        case Route.Streaming(StreamHandler handler) ->
                                handler.handle(request, call);
                    }
                });
        call.handlerReturned();
    }

    private interface Work {
        void run() throws Exception;
    }

    /** False when the work failed, and its failure was answered. */
    private static boolean answeringFailures(Call call, Work work) {
        // what the handler logs can be found by the id that the client has
        try (var id = MDC.putCloseable("request", call.requestId())) {
            work.run();
            return true;
        } catch (HttpError refusal) {
            reportRefusal(call, refusal);
            call.refuse(refusal);
            return false;
        } catch (Throwable failure) {
            report(call, failure);
            call.refuse(InternalFailure.of(call.requestId()));
            return false;
        }
    }

    /** A refusal is somebody's mistake or a passing lack; only what has a cause has a trace. */
    private static void reportRefusal(Call call, HttpError refusal) {
        var event = refusal.status() >= 500 ? log.atWarn() : log.atInfo();
        if (refusal.getCause() != null) event = event.setCause(refusal.getCause());
        event.addKeyValue("route", call.routePattern())
                .addKeyValue("status", refusal.status())
                .addKeyValue("detail", refusal.detail())
                .log("http.refused");
    }

    private static void report(Call call, Throwable failure) {
        log.atError()
                .addKeyValue("request", call.requestId())
                .addKeyValue("route", call.routePattern())
                .setCause(failure)
                .log("http.handler.failed");
    }
}
