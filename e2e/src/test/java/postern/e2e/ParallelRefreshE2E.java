package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import postern.testkit.forgejo.ForgejoDoubleOptions;
import postern.testkit.http.RawAnswer;
import postern.testkit.oauth.Tokens;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Hosts refresh the same token many times at once; oauth-rules J6, J7, I9. */
class ParallelRefreshE2E {
    private static final int PARALLEL = 30;

    @Test
    void thirty_refreshes_at_once_agree_on_one_refresh_token_and_all_get_in() throws Exception {
        try (Installation installation = fixture(Map.of());
                Errands alice = new Errands(installation, "alice")) {
            String token = alice.newTokens().refreshToken();
            var refreshTokens = new HashSet<String>();
            for (RawAnswer answer : atOnce(() -> alice.refresh(token))) {
                Tokens tokens = Tokens.of(answer);
                refreshTokens.add(tokens.refreshToken());
                assertTrue(alice.isTaken(tokens.accessToken()));
            }
            assertEquals(1, refreshTokens.size(), "all hold the newest of the chain");
            alice.assertWorks(Tokens.of(alice.refresh(refreshTokens.iterator().next())));
        }
    }

    @Test
    void without_a_grace_exactly_one_of_thirty_wins_and_the_grant_is_over() throws Exception {
        try (Installation installation = fixture(Map.of("POSTERN_REFRESH_GRACE", "0s"));
                Errands alice = new Errands(installation, "alice")) {
            String token = alice.newTokens().refreshToken();
            List<RawAnswer> answers = atOnce(() -> alice.refresh(token));
            List<RawAnswer> won = answers.stream().filter(a -> a.status() == 200).toList();
            assertEquals(1, won.size(), answers::toString);
            answers.stream().filter(a -> a.status() != 200).forEach(alice::assertInvalidGrant);
            alice.assertInvalidGrant(alice.refresh(Tokens.of(won.getFirst()).refreshToken()));
        }
    }

    @Test
    void of_thirty_redemptions_of_one_code_exactly_one_wins() throws Exception {
        try (Installation installation = fixture(Map.of());
                Errands alice = new Errands(installation, "alice")) {
            Errands.Code code = alice.newCode();
            List<RawAnswer> answers = atOnce(() -> alice.redeem(code));
            assertEquals(1, answers.stream().filter(a -> a.status() == 200).count());
            answers.stream().filter(a -> a.status() != 200).forEach(alice::assertInvalidGrant);
        }
    }

    private static Installation fixture(Map<String, String> more) throws Exception {
        return Installation.withFixture(ForgejoDoubleOptions.standard(), more);
    }

    private static List<RawAnswer> atOnce(Callable<RawAnswer> call) throws Exception {
        var start = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newFixedThreadPool(PARALLEL)) {
            List<Future<RawAnswer>> sent = new ArrayList<>();
            for (int i = 0; i < PARALLEL; i++) {
                sent.add(
                        threads.submit(() -> {
                            start.await();
                            return call.call();
                        }));
            }
            start.countDown();
            List<RawAnswer> answers = new ArrayList<>();
            for (Future<RawAnswer> answer : sent) answers.add(answer.get());
            return answers;
        }
    }
}
