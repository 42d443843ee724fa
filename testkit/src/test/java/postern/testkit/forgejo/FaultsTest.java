package postern.testkit.forgejo;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import static java.util.concurrent.CompletableFuture.supplyAsync;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import postern.testkit.http.RawAnswer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;

/** The faults, and steering over HTTP; section D7. */
class FaultsTest {
    private final ForgejoWalk walk;

    FaultsTest() throws IOException {
        walk = new ForgejoWalk();
    }

    @AfterEach
    void close() {
        walk.close();
    }

    @Test
    void D7_a_hanging_request_goes_on_when_faults_are_cleared() {
        walk.forge.hang("/api/v1/version");
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture<RawAnswer> answer = supplyAsync(this::version, executor);
            await().during(Duration.ofMillis(100)).until(() -> !answer.isDone());
            walk.forge.clearFaults();
            assertEquals(200, answer.join().status());
        }
    }

    private RawAnswer version() {
        try {
            return walk.get("api/v1/version");
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    @Test
    void D7_html_at_the_token_endpoint_changes_nothing_at_the_forge() throws IOException {
        String token = walk.signIn("alice").path("refresh_token").asText();
        walk.forge.answerHtmlAtTokenEndpoint(502);
        assertEquals(502, walk.refresh(token).status());
        walk.forge.clearFaults();
        assertEquals(200, walk.refresh(token).status());
    }

    @Test
    void D7_the_control_endpoints_steer_faults_grants_and_the_log() throws IOException {
        String token = walk.signIn("alice").path("refresh_token").asText();
        walk.postForm("_double/faults", Map.of("kind", "answer", "status", "500"));
        assertEquals(500, walk.refresh(token).status());
        walk.postForm(
                "_double/revoke-grant", Map.of("login", "alice", "client_id", walk.app.clientId()));
        assertEquals("invalid_grant", walk.refresh(token).json().path("error").asText());
        JsonNode last = walk.get("_double/requests").json();
        JsonNode request = last.get(last.size() - 1);
        assertEquals("refresh_token", request.path("grant_type").asText());
        assertEquals(400, request.path("status").asInt());
        assertFalse(last.toString().contains("_double"));
        assertEquals(400, walk.postForm("_double/disable-user", Map.of("login", "no")).status());
    }
}
