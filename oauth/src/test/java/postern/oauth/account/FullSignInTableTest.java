package postern.oauth.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import postern.core.Secret;
import postern.http.HttpError;
import postern.oauth.TestAuthorizationServer;
import postern.oauth.browser.Trip;

import java.time.Duration;
import java.time.Instant;

/** A full table of sign-ins to the account page keeps nobody out but the network that filled it. */
class FullSignInTableTest {
    private static final int BOUND = 4;
    private static final byte[] BROWSER = "browser".getBytes(UTF_8);

    private TestAuthorizationServer server;
    private AccountSignIns table;
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");

    @BeforeEach
    void start() {
        server = TestAuthorizationServer.start();
        table = new AccountSignIns(server.parts.vault(), BOUND);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static Trip trip(String network, int number) {
        return new Trip(network + number, "secret");
    }

    private void begin(String network, int number) {
        now = now.plusSeconds(1);
        server.parts
                .database()
                .write(tx -> {
                    table.add(
                            tx,
                            trip(network, number),
                            BROWSER,
                            Secret.ofUtf8("verifier"),
                            network.getBytes(UTF_8),
                            now);
                    return null;
                });
    }

    private boolean ends(String network, int number) {
        return server.parts
                .database()
                .write(tx -> table.take(tx, trip(network, number), BROWSER, now))
                .isPresent();
    }

    @Test
    void no_transaction_forgets_more_than_200() {
        table = new AccountSignIns(server.parts.vault(), 300);
        for (int i = 0; i < 201; i++) begin("flood", i);
        now = now.plus(Duration.ofMinutes(20));
        boolean mayBeMore = server.parts.database().write(tx -> table.forgetExpired(tx, now));
        assertTrue(mayBeMore);
        mayBeMore = server.parts.database().write(tx -> table.forgetExpired(tx, now));
        assertFalse(mayBeMore);
    }

    @Test
    void another_network_gets_in_and_the_oldest_of_the_busiest_goes() {
        for (int i = 0; i < BOUND; i++) begin("flood", i);
        HttpError full = assertThrows(HttpError.class, () -> begin("flood", BOUND));
        assertEquals(429, full.status());
        assertEquals("60", full.headers().getFirst().value());
        begin("home", 0);
        assertFalse(ends("flood", 0), "made room");
        assertTrue(ends("flood", 1), "undisturbed");
        assertTrue(ends("home", 0));
        begin("flood", BOUND);
        now = now.plus(Duration.ofMinutes(11));
        for (int i = 0; i < BOUND; i++) begin("later", i);
    }
}
