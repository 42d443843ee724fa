package postern.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import postern.oauth.TestClient.Kind;
import postern.testkit.http.RawAnswer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Rules I9, J6 and J7: many requests with one code or token at the same moment. */
class ConcurrencyTest {
    private static List<RawAnswer> inParallel(int count, Callable<RawAnswer> call)
            throws InterruptedException, ExecutionException {
        var together = new CyclicBarrier(count);
        List<Future<RawAnswer>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < count; i++) {
                running.add(
                        threads.submit(() -> {
                            together.await();
                            return call.call();
                        }));
            }
        }
        List<RawAnswer> answers = new ArrayList<>();
        for (Future<RawAnswer> future : running) answers.add(future.get());
        return answers;
    }

    private static List<RawAnswer> good(List<RawAnswer> answers) {
        for (RawAnswer answer : answers) {
            if (answer.status() == 200) continue;
            assertEquals(400, answer.status(), answer::toString);
            assertEquals("invalid_grant", answer.json().path("error").asText());
        }
        return answers.stream().filter(answer -> answer.status() == 200).toList();
    }

    private static Set<String> values(List<RawAnswer> answers, String member) {
        return answers.stream()
                .map(answer -> answer.json().path(member).asText())
                .collect(Collectors.toSet());
    }

    @Test
    @DisplayName("I5 I9: of 50 parallel redemptions one succeeds, and the others end the grant")
    void one_redemption_succeeds() throws Exception {
        try (var server = TestAuthorizationServer.start()) {
            var walk = new Walk(server.client(Kind.PUBLIC, TestClient.LOOPBACK));
            String code = walk.code();
            List<RawAnswer> good = good(inParallel(50, () -> walk.client.redeem(code, walk.pkce)));
            assertEquals(1, good.size());
            // each of the others was a second use in an otherwise valid request
            Walk.Issued issued = walk.issued(good.getFirst());
            assertFalse(server.accepts(issued.accessToken()));
            assertEquals(400, issued.refresh().status());
        }
    }

    @Test
    @DisplayName("J6 J7: 30 parallel refreshes all get the same newest refresh token")
    void parallel_refreshes_agree() throws Exception {
        try (var server = TestAuthorizationServer.start()) {
            var walk = new Walk(server.client(Kind.PUBLIC, TestClient.LOOPBACK));
            Walk.Issued issued = walk.tokens();
            List<RawAnswer> answers = inParallel(30, issued::refresh);
            assertEquals(30, good(answers).size());
            assertEquals(1, values(answers, "refresh_token").size());
            assertEquals(30, values(answers, "access_token").size());
            Stream.concat(values(answers, "access_token").stream(), Stream.of(issued.accessToken()))
                    .forEach(access -> assertTrue(server.accepts(access)));
            Walk.Issued newest = walk.issued(walk.issued(answers.getFirst()).refresh());
            server.clock().advance(Duration.ofSeconds(120));
            assertEquals(0, good(List.of(issued.refresh())).size());
            assertFalse(server.accepts(newest.accessToken()));
        }
    }

    @Test
    @DisplayName("J7: without a grace exactly one of 30 succeeds, and the grant is over")
    void without_a_grace_one_succeeds() throws Exception {
        Setup setup = Setup.standard().config(ConcurrencyTest::withoutGrace);
        try (var server = TestAuthorizationServer.start(setup)) {
            var walk = new Walk(server.client(Kind.PUBLIC, TestClient.LOOPBACK));
            Walk.Issued issued = walk.tokens();
            List<RawAnswer> good = good(inParallel(30, issued::refresh));
            assertEquals(1, good.size());
            Walk.Issued winner = walk.issued(good.getFirst());
            assertFalse(server.accepts(winner.accessToken()));
            assertEquals(0, good(List.of(winner.refresh())).size());
        }
    }

    private static OAuthConfig withoutGrace(OAuthConfig c) {
        return new OAuthConfig(
                c.issuer(),
                c.resources(),
                c.codeLife(),
                c.accessLife(),
                c.refreshIdle(),
                c.grantLife(),
                Duration.ZERO,
                c.consentLife());
    }
}
