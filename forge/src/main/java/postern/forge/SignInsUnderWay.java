package postern.forge;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sign-ins between the exchange of their code and the moment their set is stored. Such an exchange
 * spends the stored refresh token of a person who is not yet known, so a refresh that is refused
 * waits for them.
 */
final class SignInsUnderWay {
    private final Set<CompletableFuture<Void>> pending = ConcurrentHashMap.newKeySet();

    /** One of them; it ends when closed. */
    final class SignIn implements AutoCloseable {
        private final CompletableFuture<Void> ended = new CompletableFuture<>();

        @Override
        public void close() {
            pending.remove(ended);
            ended.complete(null);
        }
    }

    SignIn begin() {
        var signIn = new SignIn();
        pending.add(signIn.ended);
        return signIn;
    }

    /** Returns when those that are under way now have ended, or after {@code patience}. */
    void await(Duration patience) {
        CompletableFuture<Void> all =
                CompletableFuture.allOf(pending.toArray(CompletableFuture<?>[]::new));
        try {
            all.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException goOn) {
            // the stored set decides
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
