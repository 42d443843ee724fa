package postern.forge;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.access.UpstreamRefused;
import postern.access.UpstreamUnavailable;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * Sign-ins whose tokens have arrived and whose person the forge could not name just then. They have
 * spent somebody's refresh token, so the forge is asked again for as long as they are counted, and
 * the set is stored for the grants that this person has. The sign-in itself has failed.
 */
final class LateSignIns implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LateSignIns.class);
    private static final int MAX_AT_ONCE = 64;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /** Before they are no longer counted. */
    private static final Duration WHOLE = SignInsUnderWay.LIFE.minusMinutes(1);

    private final Semaphore places = new Semaphore(MAX_AT_ONCE);
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(
                    Thread.ofVirtual().name("postern-late-sign-in-", 0).factory());

    /** One more try. */
    interface Attempt {
        void make() throws UpstreamRefused, UpstreamUnavailable;
    }

    /** From here this closes {@code underWay}; false, and it does not, when there are too many. */
    boolean takeOver(SignInsUnderWay.SignIn underWay, Attempt attempt) {
        if (!places.tryAcquire()) return false;
        threads.execute(() -> {
            try (underWay) {
                goOn(attempt);
            } finally {
                places.release();
            }
        });
        return true;
    }

    private static void goOn(Attempt attempt) {
        Duration waited = Duration.ZERO;
        Duration pause = FIRST_PAUSE;
        while (waited.compareTo(WHOLE) < 0) {
            try {
                Thread.sleep(pause);
                attempt.make();
                LOG.atInfo().log("forge.sign-in.late");
                return;
            } catch (UpstreamUnavailable notYet) {
                waited = waited.plus(pause);
                pause = pause.multipliedBy(2);
                if (pause.compareTo(LONGEST_PAUSE) > 0) pause = LONGEST_PAUSE;
            } catch (UpstreamRefused refused) {
                LOG.atWarn().addKeyValue("reason", refused.getMessage()).log("forge.sign-in.lost");
                return;
            } catch (RuntimeException failure) {
                LOG.atError().setCause(failure).log("forge.sign-in.lost");
                return;
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        LOG.atWarn().addKeyValue("reason", "the forge did not name it").log("forge.sign-in.lost");
    }

    /** What the forge has not named until now is lost. */
    @Override
    public void close() {
        threads.shutdownNow();
        threads.close();
    }
}
