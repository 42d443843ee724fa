package postern.forge.relay;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Hands the forge's answer to the child: streamed, or whole where a rewrite wants to see it. */
final class AnswerWriter {
    private static final int MAX_HELD_BYTES = 1 << 20;
    private static final int CHUNK_BYTES = 16 * 1024;
    private static final byte[] TOO_LONG =
            "{\"message\":\"the forge's answer is too long to be checked\"}"
                    .getBytes(StandardCharsets.US_ASCII);

    private final List<AnswerRewrite> rewrites;
    private final Locations locations;

    AnswerWriter(List<AnswerRewrite> rewrites, Locations locations) {
        this.rewrites = new ArrayList<>(rewrites);
        this.rewrites.addFirst(new TokenScrub());
        this.locations = locations;
    }

    void write(
            HttpServerExchange exchange,
            ApiPath path,
            HttpResponse<InputStream> answer,
            RelayToken token)
            throws IOException {
        exchange.setStatusCode(answer.statusCode());
        HeaderRules.toChild(answer.headers(), exchange.getResponseHeaders(), token);
        answer.headers()
                .firstValue("Location")
                .flatMap(locations::rewrite)
                .ifPresent(target -> exchange.getResponseHeaders().put(Headers.LOCATION, target));
        var head =
                new AnswerRewrite.Head(
                        exchange.getRequestMethod().toString(),
                        path.decoded(),
                        answer.statusCode(),
                        mediaType(answer));
        List<AnswerRewrite> wanting = rewrites.stream().filter(r -> r.wants(head)).toList();
        if (wanting.isEmpty() || hasNoBody(exchange, answer)) stream(exchange, answer);
        else rewrite(exchange, answer, head, wanting, token);
    }

    private static void stream(HttpServerExchange exchange, HttpResponse<InputStream> answer)
            throws IOException {
        answer.headers()
                .firstValueAsLong("Content-Length")
                .ifPresent(exchange::setResponseContentLength);
        if (hasNoBody(exchange, answer)) return;
        OutputStream out = exchange.getOutputStream();
        var chunk = new byte[CHUNK_BYTES];
        for (int n = answer.body().read(chunk); n >= 0; n = answer.body().read(chunk)) {
            out.write(chunk, 0, n);
        }
        out.close();
    }

    private static void rewrite(
            HttpServerExchange exchange,
            HttpResponse<InputStream> answer,
            AnswerRewrite.Head head,
            List<AnswerRewrite> wanting,
            RelayToken token)
            throws IOException {
        byte[] body = answer.body().readNBytes(MAX_HELD_BYTES + 1);
        if (body.length > MAX_HELD_BYTES) {
            exchange.setStatusCode(head.status() >= 400 ? head.status() : 502);
            exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
            body = TOO_LONG;
        } else {
            for (AnswerRewrite rewrite : wanting) body = rewrite.rewrite(head, body, token);
        }
        send(exchange, body);
    }

    static void refuse(HttpServerExchange exchange, RelayRefusal refusal) throws IOException {
        exchange.getResponseHeaders().clear();
        exchange.setStatusCode(refusal.status());
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json;charset=utf-8");
        send(exchange, refusal.json().getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpServerExchange exchange, byte[] body) throws IOException {
        exchange.setResponseContentLength(body.length);
        OutputStream out = exchange.getOutputStream();
        out.write(body);
        out.close();
    }

    private static boolean hasNoBody(
            HttpServerExchange exchange, HttpResponse<InputStream> answer) {
        int status = answer.statusCode();
        return exchange.getRequestMethod().equalToString("HEAD") || status == 204 || status == 304;
    }

    private static String mediaType(HttpResponse<?> answer) {
        String type = answer.headers().firstValue("Content-Type").orElse("");
        int semicolon = type.indexOf(';');
        return (semicolon < 0 ? type : type.substring(0, semicolon))
                .strip()
                .toLowerCase(Locale.ROOT);
    }
}
