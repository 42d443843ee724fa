package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import postern.testkit.forgejo.ForgejoDoubleOptions;
import postern.testkit.http.RawAnswer;
import postern.testkit.oauth.OAuthClient;
import postern.testkit.oauth.Tokens;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * P6: SIGTERM lets redemptions that are under way come to their end, and answers what clients send
 * who know nothing of it yet.
 */
class StopE2E {
    private static final int CHAINS = 8;
    private static final int ROTATIONS_BEFORE = 3;

    /**
     * @param cut requests that were sent before the stop and never answered
     */
    private record Chain(SignedIn signedIn, String newest, int rotations, int cut) {}

    private final CountDownLatch busy = new CountDownLatch(CHAINS);
    private final AtomicBoolean stopping = new AtomicBoolean();

    @Test
    void every_rotation_that_was_asked_for_before_the_stop_is_answered_and_kept() throws Exception {
        try (Installation installation =
                Installation.withFixture(ForgejoDoubleOptions.standard(), Map.of())) {
            List<SignedIn> people = new ArrayList<>();
            for (int i = 0; i < CHAINS; i++) {
                people.add(installation.signIn(i % 2 == 0 ? "alice" : "bob"));
            }
            List<Future<Chain>> running = new ArrayList<>();
            try (var threads = Executors.newFixedThreadPool(CHAINS)) {
                for (SignedIn one : people) running.add(threads.submit(() -> rotate(one)));
                assertTrue(busy.await(60, TimeUnit.SECONDS));
                stopping.set(true);
                installation.postern().terminate();
            }
            assertTrue(installation.postern().awaitExit(Duration.ofSeconds(10)).isPresent());
            List<Chain> chains = new ArrayList<>();
            for (Future<Chain> one : running) chains.add(one.get());
            assertEquals(0, chains.stream().mapToInt(Chain::cut).sum(), chains::toString);
            installation.startAgain();
            try (OAuthClient oauth = OAuthClient.create()) {
                for (Chain chain : chains) {
                    RawAnswer answer = refresh(oauth, chain.signedIn, chain.newest);
                    assertEquals(200, answer.status(), answer::toString);
                }
            }
        }
    }

    /** Rotates until the server says that it stops, or is not there any more. */
    private Chain rotate(SignedIn signedIn) {
        String newest = signedIn.tokens().refreshToken();
        try (OAuthClient oauth = OAuthClient.create()) {
            for (int rotations = 0; ; rotations++) {
                if (rotations == ROTATIONS_BEFORE) busy.countDown();
                boolean beforeStop = !stopping.get();
                RawAnswer answer;
                try {
                    answer = refresh(oauth, signedIn, newest);
                } catch (IOException gone) {
                    return new Chain(signedIn, newest, rotations, beforeStop ? 1 : 0);
                }
                if (answer.status() != 200) return new Chain(signedIn, newest, rotations, 0);
                newest = Tokens.of(answer).refreshToken();
            }
        }
    }

    private static RawAnswer refresh(OAuthClient oauth, SignedIn signedIn, String token)
            throws IOException {
        return oauth.refresh(signedIn.discovery(), signedIn.client(), token, Map.of());
    }
}
