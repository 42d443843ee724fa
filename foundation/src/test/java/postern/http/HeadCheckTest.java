package postern.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import postern.core.DataSize;

import java.util.Set;

/** Who fails the check of the head is refused before any of the body is read. */
class HeadCheckTest {
    private static final String LARGE = "Content-Length: 4000000\r\n";

    private static Routes.Builder routes() {
        return Routes.builder()
                .post("/guarded", request -> Response.json(200, request.body()))
                .maxBody(DataSize.ofMebibytes(4))
                .beforeBody(HeadCheckTest::needsPass);
    }

    private static void needsPass(Request head) {
        assertEquals(0, head.body().length);
        if (head.headers().first("Pass").isEmpty()) {
            throw new HttpError(401, "a pass is needed", "no pass").with("WWW-Authenticate", "x");
        }
        if (head.headers().first("Broken").isPresent()) throw new IllegalStateException("broken");
    }

    @Test
    void a_stranger_is_refused_with_no_byte_of_the_body_sent() {
        try (var server = new TestServer(routes());
                RawClient client = server.raw()) {
            String answer = client.request("POST /guarded", LARGE, "").answer();
            assertTrue(answer.startsWith("HTTP/1.1 401 "), answer);
            assertTrue(answer.contains("WWW-Authenticate: x\r\n"), answer);
            assertTrue(answer.contains("X-Request-Id: "), answer);
            assertTrue(client.isClosedByServer());
            assertEquals(0, server.server.bodyBytes());
        }
    }

    @Test
    void a_stranger_who_sends_all_the_same_reads_the_refusal() {
        try (var server = new TestServer(routes());
                RawClient client = server.raw()) {
            client.request("POST /guarded", LARGE, "x".repeat(100_000));
            assertEquals(401, client.status());
            assertTrue(client.isClosedByServer());
        }
    }

    @Test
    void a_stranger_who_waits_for_100_gets_the_refusal_instead() {
        try (var server = new TestServer(routes());
                RawClient client = server.raw()) {
            String fields = "Content-Length: 3\r\nExpect: 100-continue\r\n";
            assertEquals(401, client.request("POST /guarded", fields, "").status());
        }
    }

    @Test
    void a_stranger_with_HEAD_and_a_body_is_refused_as_well() {
        var routes =
                Routes.builder().stream(
                                Set.of("HEAD"),
                                "/guarded",
                                DataSize.ofMebibytes(4),
                                (request, answer) -> answer.send(Response.empty(204)))
                        .beforeBody(HeadCheckTest::needsPass);
        try (var server = new TestServer(routes);
                RawClient client = server.raw()) {
            client.request("HEAD /guarded", LARGE, "xyz");
            assertTrue(client.until("\r\n\r\n").startsWith("HTTP/1.1 401 "));
            assertTrue(client.isClosedByServer());
        }
    }

    @Test
    void a_chunked_stranger_is_refused_as_well() {
        try (var server = new TestServer(routes());
                RawClient client = server.raw()) {
            client.request("POST /guarded", "Transfer-Encoding: chunked\r\n", "5\r\nab");
            assertEquals(401, client.status());
            assertTrue(client.isClosedByServer());
        }
    }

    @Test
    void who_passes_is_read_and_served_on_a_connection_that_stays() {
        try (var server = new TestServer(routes());
                RawClient client = server.raw()) {
            for (int i = 0; i < 3; i++) {
                client.request("POST /guarded", "Pass: 1\r\nContent-Length: 5\r\n", "");
                assertTrue(client.write("hel").write("lo").answer().endsWith("hello"));
            }
            String waiting = "Pass: 1\r\nContent-Length: 3\r\nExpect: 100-continue\r\n";
            client.request("POST /guarded", waiting, "");
            assertTrue(client.until("\r\n\r\n").startsWith("HTTP/1.1 100 "));
            assertTrue(client.write("abc").answer().endsWith("abc"));
            String over = "Pass: 1\r\nContent-Length: 9000000\r\n";
            assertEquals(413, client.request("POST /guarded", over, "").status());
        }
    }

    @Test
    void a_check_that_breaks_is_a_500_and_the_body_stays_unread() {
        try (var server = new TestServer(routes());
                RawClient client = server.raw()) {
            client.request("POST /guarded", "Pass: 1\r\nBroken: 1\r\n" + LARGE, "");
            assertEquals(500, client.status());
            await().until(() -> server.log.size() == 1);
        }
    }
}
