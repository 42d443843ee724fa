package postern.testkit.forgejo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.Test;

import postern.testkit.http.RawAnswer;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;

/** One grant row per person and application, and what that does to refresh tokens; section A7. */
class RotationTest {
    private static final String REFRESH = "refresh_token";

    @Test
    void A7_a_refresh_token_works_once_and_its_reuse_does_not_hurt_the_newest() throws IOException {
        try (var walk = new ForgejoWalk()) {
            JsonNode first = walk.signIn("alice");
            JsonNode second = walk.refresh(first.path(REFRESH).asText()).json();
            TokenEndpointTest.assertRefused(
                    "unauthorized_client",
                    "token was already used",
                    walk.refresh(first.path(REFRESH).asText()),
                    "reuse");
            assertEquals(200, walk.refresh(second.path(REFRESH).asText()).status());
            assertEquals(200, walk.api("/user", first.path("access_token").asText()).status());
        }
    }

    @Test
    void A7_a_second_sign_in_of_the_same_person_kills_the_first_refresh_token() throws IOException {
        try (var walk = new ForgejoWalk()) {
            JsonNode first = walk.signIn("alice");
            JsonNode second = walk.signIn("alice");
            assertEquals(400, walk.refresh(first.path(REFRESH).asText()).status());
            assertEquals(200, walk.refresh(second.path(REFRESH).asText()).status());
        }
    }

    @Test
    void A7_another_persons_sign_in_changes_nothing() throws IOException {
        try (var walk = new ForgejoWalk()) {
            JsonNode alice = walk.signIn("alice");
            walk.signIn("bob");
            assertEquals(200, walk.refresh(alice.path(REFRESH).asText()).status());
        }
    }

    @Test
    void E_of_twelve_parallel_refreshes_exactly_one_succeeds() throws Exception {
        try (var walk = new ForgejoWalk();
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            String token = walk.signIn("alice").path(REFRESH).asText();
            var calls = new ArrayList<Callable<RawAnswer>>();
            for (int i = 0; i < 12; i++) {
                calls.add(() -> walk.refresh(token));
            }
            int succeeded = 0;
            for (Future<RawAnswer> answer : executor.invokeAll(calls)) {
                succeeded += answer.get().status() == 200 ? 1 : 0;
            }
            assertEquals(1, succeeded);
            assertEquals(12, walk.forge.tokenRequestCount(REFRESH));
        }
    }

    @Test
    void A7_with_rotation_off_a_refresh_token_works_again_and_carries_no_counter()
            throws IOException {
        ForgejoDoubleOptions options = ForgejoDoubleOptions.standard().withRotation(false);
        try (var walk = new ForgejoWalk(options)) {
            String token = walk.signIn("alice").path(REFRESH).asText();
            assertTrue(ForgejoWalk.claims(token).path("cnt").isMissingNode());
            assertEquals(200, walk.refresh(token).status());
            assertEquals(200, walk.refresh(token).status());
        }
    }

    @Test
    void A7_an_answer_that_was_lost_cannot_be_had_again() throws IOException {
        try (var walk = new ForgejoWalk()) {
            String token = walk.signIn("alice").path(REFRESH).asText();
            walk.forge.loseNextTokenAnswer();
            assertThrows(IOException.class, () -> walk.refresh(token));
            assertEquals(
                    "token was already used",
                    walk.refresh(token).json().path("error_description").asText());
            assertEquals(0, walk.forge.requests().reversed().get(1).status());
        }
    }

    @Test
    void A11_a_grant_that_the_person_revoked_is_gone_everywhere_at_once() throws IOException {
        try (var walk = new ForgejoWalk()) {
            JsonNode tokens = walk.signIn("alice");
            String access = tokens.path("access_token").asText();
            walk.forge.revokeGrant("alice", walk.app.clientId());
            TokenEndpointTest.assertRefused(
                    "invalid_grant",
                    "grant does not exist",
                    walk.refresh(tokens.path(REFRESH).asText()),
                    "revoked");
            assertEquals(401, walk.api("/user", access).status());
            assertEquals(401, walk.introspect(access).status());
        }
    }

    @Test
    void A6_an_expired_refresh_token_cannot_be_parsed() throws IOException {
        var now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
        ForgejoDoubleOptions options = ForgejoDoubleOptions.standard().withClock(now::get);
        try (var walk = new ForgejoWalk(options)) {
            JsonNode tokens = walk.signIn("alice");
            now.updateAndGet(before -> before.plus(Duration.ofHours(2)));
            assertEquals(401, walk.api("/user", tokens.path("access_token").asText()).status());
            now.updateAndGet(before -> before.plus(Duration.ofHours(730)));
            assertEquals(
                    "unable to parse refresh token",
                    walk.refresh(tokens.path(REFRESH).asText())
                            .json()
                            .path("error_description")
                            .asText());
        }
    }

    @Test
    void A7_a_disabled_person_still_refreshes_but_the_api_refuses() throws IOException {
        try (var walk = new ForgejoWalk()) {
            JsonNode tokens = walk.signIn("alice");
            walk.forge.disableUser("alice");
            RawAnswer refreshed = walk.refresh(tokens.path(REFRESH).asText());
            assertEquals(200, refreshed.status());
            RawAnswer api = walk.api("/user", refreshed.json().path("access_token").asText());
            assertEquals(403, api.status());
            assertEquals(
                    "{\"message\":\"This account is prohibited from signing in, please contact"
                            + " your site administrator.\"}\n",
                    api.body());
        }
    }
}
