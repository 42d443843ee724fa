package postern.forge.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import postern.access.GrantId;
import postern.core.Secret;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** What becomes of a body when the forge refuses the token that it was sent with. */
class RelayUploadsTest extends RelayBench {
    private static final int LARGE = 5 << 20;

    /** Its first token is refused; each renewal gives a token with the next number. */
    private static final class Renewing implements RelayAccess {
        final AtomicInteger generation = new AtomicInteger(1);
        final AtomicInteger ended = new AtomicInteger();

        @Override
        public GrantId grant() {
            return GrantId.parse(FixedAccess.GRANT).orElseThrow();
        }

        @Override
        public long personId() {
            return 1;
        }

        @Override
        public boolean isReadOnly() {
            return false;
        }

        @Override
        public RelayToken token() {
            int number = generation.get();
            return new RelayToken(
                    number, Secret.ofUtf8("access-" + number), Secret.ofUtf8("refresh-" + number));
        }

        @Override
        public RelayToken renewed(RelayToken refused) {
            generation.compareAndSet((int) refused.generation(), (int) refused.generation() + 1);
            return token();
        }

        @Override
        public void refused(RelayToken token) {
            ended.incrementAndGet();
        }
    }

    private final Renewing access = new Renewing();

    /** Token and length of each request that the forge has answered. */
    private final List<String> heard = Collections.synchronizedList(new ArrayList<>());

    private void start(EchoForge.Answer answer) throws IOException {
        forge = new EchoForge(answer);
        startBefore(forge.url(), limits(), Set.of());
        entry = relay.admit(access);
    }

    /** Reads as much as asked of a body whose token it refuses, and all of any other. */
    private EchoForge.Answer refusing(String bad, int readBytes) {
        return exchange -> {
            String token = exchange.getRequestHeaders().getFirst("Authorization");
            boolean refuses = token.equals("token " + bad);
            int read =
                    refuses
                            ? exchange.getRequestBody().readNBytes(readBytes).length
                            : exchange.getRequestBody().readAllBytes().length;
            heard.add(token + " " + read);
            text(exchange, refuses ? 401 : 201, "{}");
            // a connection that is closed on what is unread loses the answer, now and then
            exchange.getResponseBody().flush();
            exchange.getRequestBody().readAllBytes();
        };
    }

    private HttpResponse<String> upload(BodyPublisher body) throws Exception {
        return send(request("/api/v1/repos/o/r/contents/a").POST(body));
    }

    private static BodyPublisher chunked(int length) {
        return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[length]));
    }

    @Test
    void a_small_body_is_sent_once_more_with_the_fresh_token() throws Exception {
        start(refusing("access-1", 1000));
        assertEquals(201, upload(chunked(1000)).statusCode());
        assertEquals(List.of("token access-1 1000", "token access-2 1000"), heard);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100_000, LARGE})
    void a_large_body_is_asked_for_again_wherever_the_refusal_came(int readBytes) throws Exception {
        start(refusing("access-1", readBytes));
        HttpResponse<String> answer = upload(chunked(LARGE));
        assertEquals(503, answer.statusCode());
        assertEquals("1", answer.headers().firstValue("Retry-After").orElseThrow());
        assertTrue(answer.body().contains("send it again"), answer.body());
        assertEquals(List.of("token access-1 " + readBytes), heard, "nothing is sent by half");
        assertEquals(503, recorded().status());
        assertEquals(201, upload(chunked(LARGE)).statusCode());
        assertEquals("token access-2 " + LARGE, heard.getLast());
        assertEquals(0, access.ended.get());
    }

    @Test
    void a_token_that_is_refused_everywhere_ends_the_sign_in_after_one_renewal() throws Exception {
        start(exchange -> {
            heard.add(exchange.getRequestHeaders().getFirst("Authorization") + path(exchange));
            exchange.getRequestBody().readAllBytes();
            text(exchange, 401, "{}");
        });
        HttpResponse<String> answer = upload(BodyPublishers.ofString("{}"));
        assertEquals(401, answer.statusCode());
        assertTrue(answer.body().contains("has to connect again"), answer.body());
        assertEquals(1, access.ended.get());
        assertEquals(
                List.of(
                        "token access-1 /api/v1/repos/o/r/contents/a",
                        "token access-2 /api/v1/repos/o/r/contents/a",
                        "token access-2 /api/v1/version"),
                heard);
    }

    @Test
    void a_probe_that_fails_after_the_refusals_is_503_and_ends_nothing() throws Exception {
        start(exchange -> {
            if (path(exchange).endsWith("/version")) throw new IOException("cut off");
            exchange.getRequestBody().readAllBytes();
            text(exchange, 401, "{}");
        });
        HttpResponse<String> answer = upload(BodyPublishers.ofString("{}"));
        assertEquals(503, answer.statusCode());
        assertTrue(answer.body().contains("try again in a minute"), answer.body());
        assertEquals(0, access.ended.get());
    }

    private static String path(HttpExchange exchange) {
        return " " + exchange.getRequestURI().getPath();
    }
}
