package postern.testkit.forgejo;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.util.concurrent.CompletableFuture.supplyAsync;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import postern.testkit.http.RawAnswer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;

/** Each kind of fault: what the caller gets, and whether the forge did its part; section D7. */
class FaultKindsTest {
    private final ForgejoWalk walk;
    private String token;

    FaultKindsTest() throws IOException {
        walk = new ForgejoWalk();
    }

    @BeforeEach
    void signIn() throws IOException {
        token = walk.signIn("alice").path("refresh_token").asText();
    }

    @AfterEach
    void close() {
        walk.close();
    }

    private void next(Fault fault) {
        walk.forge.addFault(Endpoint.TOKEN_REFRESH, fault, 1);
    }

    private void assertTokenIs(String state) throws IOException {
        String words = walk.refresh(token).json().path("error_description").asText();
        assertEquals(state.equals("spent") ? "token was already used" : "", words);
    }

    @Test
    void a_lost_request_did_not_rotate_and_a_lost_answer_did() throws IOException {
        next(new Fault.LoseRequest());
        assertThrows(IOException.class, () -> walk.refresh(token));
        token = walk.refresh(token).json().path("refresh_token").asText();
        next(new Fault.LoseAnswer());
        assertThrows(IOException.class, () -> walk.refresh(token));
        assertTokenIs("spent");
    }

    @Test
    void a_held_answer_comes_late_and_is_the_real_one() throws IOException {
        FaultSwitch held = walk.forge.switchOn(Endpoint.TOKEN_REFRESH, new Fault.HoldAnswer());
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture<RawAnswer> answer = supplyAsync(this::refresh, executor);
            await().until(() -> held.taken() == 1);
            assertFalse(answer.isDone());
            held.off();
            assertEquals(200, answer.join().status());
        }
        assertTokenIs("spent");
    }

    private RawAnswer refresh() {
        try {
            return walk.refresh(token);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    @Test
    void a_cut_body_breaks_the_connection_and_half_json_does_not() throws IOException {
        next(new Fault.CutBody());
        assertThrows(IOException.class, () -> walk.refresh(token));
        token = walk.signIn("alice").path("refresh_token").asText();
        next(new Fault.HalfJson());
        RawAnswer half = walk.refresh(token);
        assertEquals(200, half.status());
        assertThrows(IllegalStateException.class, half::json);
        assertTokenIs("spent");
    }

    @Test
    void a_dripping_answer_arrives_complete() throws IOException {
        next(new Fault.Drip(64, Duration.ofMillis(1)));
        assertEquals(200, walk.refresh(token).status());
        assertTokenIs("spent");
    }

    @Test
    void answers_before_and_after_the_work_differ_in_what_the_forge_did() throws IOException {
        next(Fault.status(503));
        assertEquals(503, walk.refresh(token).status());
        next(Fault.tooManyRequests(Duration.ofSeconds(7)));
        RawAnswer limited = walk.refresh(token);
        assertEquals(429, limited.status());
        assertEquals("7", limited.header("Retry-After"));
        next(new Fault.AnswerAfter(Fault.html(200)));
        assertTrue(walk.refresh(token).header("Content-Type").startsWith("text/html"));
        assertTokenIs("spent");
    }

    @Test
    void an_echo_holds_every_secret_of_the_request() throws IOException {
        next(new Fault.EchoSecrets(400));
        String body = walk.refresh(token).body();
        assertTrue(body.contains(token) && body.contains(walk.app.clientSecret()));
        walk.forge.addFault(Endpoint.API, new Fault.EchoSecrets(401), 1);
        assertTrue(walk.api("/user", "canary-token").body().contains("canary-token"));
    }

    @Test
    void a_redirect_leads_the_api_to_another_host() throws IOException {
        URI elsewhere = URI.create("http://elsewhere.example/api/v1/user");
        walk.forge.addFault(Endpoint.API, Fault.redirect(302, elsewhere), 1);
        RawAnswer answer = walk.api("/user", "x");
        assertEquals(302, answer.status());
        assertEquals(elsewhere, answer.location().orElseThrow());
    }

    @Test
    void what_happens_meanwhile_happens_before_the_answer() throws IOException {
        next(new Fault.Meanwhile(() -> walk.forge.revokeGrant("alice", walk.app.clientId())));
        assertEquals("invalid_grant", walk.refresh(token).json().path("error").asText());
    }

    @Test
    void a_fault_meets_only_its_endpoint_as_often_as_it_was_set() throws IOException {
        FaultSwitch twice = walk.forge.addFault(Endpoint.USERINFO, Fault.status(500), 2);
        assertEquals(200, walk.get("api/v1/version").status());
        assertEquals(500, walk.get("login/oauth/userinfo").status());
        assertEquals(500, walk.get("login/oauth/userinfo").status());
        assertEquals(401, walk.get("login/oauth/userinfo").status());
        assertEquals(2, twice.taken());
    }

    @Test
    void refused_connections_come_back_on_the_same_port() throws IOException {
        walk.forge.operator().refuseConnections();
        assertThrows(IOException.class, () -> walk.get("api/v1/version"));
        walk.forge.operator().acceptConnections();
        assertEquals(200, walk.get("api/v1/version").status());
    }

    @Test
    void a_skewed_clock_shows_in_the_date_and_in_new_tokens() throws IOException {
        walk.forge.operator().skewClock(Duration.ofHours(-2));
        RawAnswer answer = walk.refresh(token);
        Instant date =
                ZonedDateTime.parse(answer.header("Date"), DateTimeFormatter.RFC_1123_DATE_TIME)
                        .toInstant();
        Instant limit = Instant.now().minus(Duration.ofMinutes(110));
        assertTrue(date.isBefore(limit), date.toString());
        String access = answer.json().path("access_token").asText();
        long expires = ForgejoWalk.claims(access).path("exp").asLong();
        assertTrue(Instant.ofEpochSecond(expires).isBefore(Instant.now()));
        assertEquals(200, walk.api("/user", access).status());
        walk.forge.operator().skewClock(Duration.ZERO);
        assertEquals(401, walk.api("/user", access).status());
    }
}
