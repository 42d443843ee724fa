package postern.cli;

import postern.app.StartRefused;
import postern.vault.KeyId;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** What the running server says about its keys; nothing is guessed. */
final class ServerKeys {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Operation operation;

    ServerKeys(Operation operation) {
        this.operation = operation;
    }

    /**
     * Waits until the server says that it works with such keys; no server, no wait.
     *
     * @param again what to do when it does not, in words
     * @throws StartRefused it did not say so in a minute
     */
    void await(Predicate<List<KeyId>> wanted, String again) throws StartRefused {
        long rounds = PATIENCE.dividedBy(PAUSE);
        for (long round = 0; round < rounds; round++) {
            if (operation.rotation().loaded().filter(wanted).isPresent()) return;
            if (!operation.isServerRunning()) return;
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        throw new StartRefused(
                "the running server has not taken over the keys of "
                        + operation.keyFile().orElseThrow().path()
                        + " within a minute: see its log for app.keys.refused, or whether it was"
                        + " started with POSTERN_MASTER_KEY; then "
                        + again);
    }
}
