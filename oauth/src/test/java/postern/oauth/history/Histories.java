package postern.oauth.history;

import postern.oauth.TestAuthorizationServer;
import postern.oauth.TestClient;

import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Plays random histories until time or number is up, and tells the shortest that fails. */
final class Histories {
    private final TestAuthorizationServer server;
    private final List<TestClient> clients;

    Histories(TestAuthorizationServer server) {
        this.server = server;
        this.clients =
                List.of(
                        server.client(TestClient.Kind.PUBLIC, TestClient.LOOPBACK),
                        server.client(TestClient.Kind.POST, TestClient.WEB),
                        server.client(TestClient.Kind.BASIC, TestClient.WEB));
    }

    /** The seed that {@code -Dseed=} names, or a new one. */
    static long seed() {
        return Long.getLong("seed", new Random().nextLong());
    }

    /**
     * @return how many histories were played
     * @throws AssertionError one fails; the text has its seed and its shortest form
     */
    int play(long seed, int count, int length, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        int played = 0;
        while (played < count && System.nanoTime() < end) {
            List<Step> steps = Step.history(new Random(seed + played), length);
            try {
                History.play(server, clients, steps);
            } catch (AssertionError | RuntimeException failed) {
                List<Step> shortest = new Shrinker(this::fails).shrink(steps);
                throw new AssertionError(
                        "-Dseed=" + (seed + played) + " fails, as does " + shortest, failed);
            }
            played++;
        }
        return played;
    }

    private boolean fails(List<Step> steps) {
        try {
            History.play(server, clients, steps);
            return false;
        } catch (AssertionError | RuntimeException failed) {
            return true;
        }
    }
}
