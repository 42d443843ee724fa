package postern.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import postern.oauth.TestClient.Kind;
import postern.testkit.http.RawAnswer;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Rules K1 to K7: signing a client out, RFC 7009. */
class RevocationRulesTest {
    private static TestAuthorizationServer server;
    private static TestClient client;
    private static TestClient other;

    @BeforeAll
    static void start() {
        server = TestAuthorizationServer.start();
        client = server.client(Kind.PUBLIC, TestClient.LOOPBACK);
        other = server.client(Kind.POST, TestClient.WEB);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void assertDone(RawAnswer answer) {
        assertEquals(200, answer.status(), answer::toString);
        assertEquals("", answer.body());
        assertEquals("*", answer.header("Access-Control-Allow-Origin"));
    }

    @ParameterizedTest(name = "K1 K5: by the {0} token the whole grant is dead; again is 200")
    @ValueSource(strings = {"access", "refresh"})
    void either_token_ends_the_grant(String which) {
        Walk walk = new Walk(client);
        Walk.Issued first = walk.tokens();
        Walk.Issued second = walk.issued(first.refresh());
        String token = which.equals("access") ? second.accessToken() : second.refreshToken();
        assertDone(client.revoke(token));
        assertDone(client.revoke(token));
        assertFalse(server.accepts(first.accessToken()));
        assertFalse(server.accepts(second.accessToken()));
        assertEquals("invalid_grant", second.refresh().json().path("error").asText());
        assertEquals("invalid_grant", first.refresh().json().path("error").asText());
    }

    @ParameterizedTest(name = "K1: the token {0} is 200")
    @ValueSource(strings = {"nonsense", "ptn_at_x", "ptn_rt_", "\u0001"})
    void unknown_is_200(String token) {
        assertDone(client.revoke(token));
    }

    @Test
    @DisplayName("K2: no token is invalid_request, and so is a repeated one")
    void no_token() {
        for (String changes : new String[] {"-token", "token=", "+token=x"}) {
            Fields fields = Fields.of("client_id", client.id(), "token", "x").changed(changes);
            RawAnswer answer = client.post("/oauth/revoke", fields);
            assertEquals(400, answer.status());
            assertEquals("invalid_request", answer.json().path("error").asText());
        }
    }

    @Test
    @DisplayName("K3: the client is identified first")
    void bad_client() {
        Walk.Issued issued = new Walk(other).tokens();
        String[] wrong = {
            "client_secret=wrong", "-client_secret", "client_id=unknown", "client_id=" + client.id()
        };
        for (String changes : wrong) {
            Fields fields =
                    Fields.of(
                                    "client_id", other.id(),
                                    "client_secret", other.secret(),
                                    "token", issued.accessToken())
                            .changed(changes);
            RawAnswer answer = other.post("/oauth/revoke", fields);
            assertEquals(401, answer.status());
            assertEquals("invalid_client", answer.json().path("error").asText());
        }
        assertTrue(server.accepts(issued.accessToken()));
    }

    @Test
    @DisplayName("K4: another client's token is a silent 200 and still works")
    void foreign_token() {
        Walk.Issued issued = new Walk(other).tokens();
        assertDone(client.revoke(issued.accessToken()));
        assertDone(client.revoke(issued.refreshToken()));
        assertTrue(server.accepts(issued.accessToken()));
        assertEquals(200, issued.refresh().status());
    }

    @ParameterizedTest(name = "K6: the hint {0} changes nothing")
    @CsvSource({"refresh_token", "access_token", "nonsense"})
    void hint(String hint) {
        Walk.Issued issued = new Walk(client).tokens();
        assertDone(client.revoke(issued.accessToken(), "token_type_hint", hint));
        assertFalse(server.accepts(issued.accessToken()));
    }

    @Test
    @DisplayName("K7: GET is 405")
    void get_is_405() {
        RawAnswer answer = server.wire.get("/oauth/revoke?token=x");
        assertEquals(405, answer.status());
        assertTrue(answer.header("Allow").contains("POST"));
    }

    @ParameterizedTest(name = "K1: {0} has nothing to end and does not wait for the writer")
    @ValueSource(strings = {"nonsense", "foreign", "ended"})
    void nothing_to_end(String which) throws Exception {
        String token =
                switch (which) {
                    case "foreign" -> new Walk(other).tokens().refreshToken();
                    case "ended" -> new Walk(client).tokens().refreshToken();
                    default -> which;
                };
        if (which.equals("ended")) assertDone(client.revoke(token));
        var busy = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        var answers = new LinkedBlockingQueue<RawAnswer>();
        var writer =
                Thread.ofVirtual()
                        .start(() ->
                                server.parts
                                        .database()
                                        .write(tx -> {
                                            busy.countDown();
                                            return awaited(go);
                                        }));
        busy.await();
        var caller = Thread.ofVirtual().start(() -> answers.add(client.revoke(token)));
        try {
            RawAnswer answer = answers.poll(5, TimeUnit.SECONDS);
            assertTrue(answer != null, "it waits for the writer");
            assertDone(answer);
        } finally {
            go.countDown();
            writer.join();
            caller.join();
        }
    }

    private static boolean awaited(CountDownLatch go) {
        try {
            return go.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    @Test
    @DisplayName("K8: a refresh that has begun before the revocation leaves nothing alive")
    void revocation_races_a_rotation() {
        Walk.Issued issued = new Walk(client).tokens();
        // between opening the grant's key and the database transaction of the refresh
        server.clock().onNextRead(() -> client.revoke(issued.accessToken()));
        RawAnswer answer = issued.refresh();
        assertEquals("invalid_grant", answer.json().path("error").asText(), answer::toString);
        assertFalse(server.accepts(issued.accessToken()));
    }
}
