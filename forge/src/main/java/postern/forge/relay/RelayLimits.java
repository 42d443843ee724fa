package postern.forge.relay;

import postern.core.Check;
import postern.core.DataSize;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * How much sessions may ask for, and for how long.
 *
 * @param maxRequest of one request body
 * @param maxAnswer of one answer's body; a longer one is refused, or cut off where its length was
 *     not known before
 * @param answerTimeout until the forge has begun its answer
 * @param callTimeout for one call as a whole, both bodies included
 * @param slowReader that a child may take nothing of its answer; then the call is cut off
 * @param callsAtOnce of one person in all sessions together; more are answered with 429
 * @param callsPerMinute of one session, of which half may come at once after a pause
 * @param workers threads for all persons together; a call holds one until its end, and one more
 *     call is answered with 503. Each may hold 1 MiB of a request, so the heap allows no more than
 *     some dozens
 * @param maxConnections of all children and whoever else is on this machine, more than workers; for
 *     a further one that without a good token goes first, see {@link LocalConnections}
 */
public record RelayLimits(
        DataSize maxRequest,
        DataSize maxAnswer,
        Duration connectTimeout,
        Duration answerTimeout,
        Duration callTimeout,
        Duration slowReader,
        int callsAtOnce,
        int callsPerMinute,
        int workers,
        int maxConnections) {

    public RelayLimits {
        var atMost = DataSize.ofGibibytes(1);
        Check.between("relay max request", maxRequest, new DataSize(1), atMost);
        Check.between("relay max answer", maxAnswer, new DataSize(1), atMost);
        Check.between("relay workers", workers, 1, 1024);
        Check.between("relay calls at once", callsAtOnce, 1, 1024);
        Check.between("relay calls per minute", callsPerMinute, 1, 1_000_000);
        Check.between(
                "relay call timeout", callTimeout, Duration.ofMillis(10), Duration.ofHours(1));
        Check.between(
                "relay slow reader", slowReader, Duration.ofMillis(10), Duration.ofMinutes(5));
        Check.between("relay max connections", maxConnections, workers + 1, 10_000);
        Check.between("relay answer timeout", answerTimeout, Duration.ofMillis(10), callTimeout);
    }

    public static RelayLimits standard() {
        return new RelayLimits(
                DataSize.ofMebibytes(64),
                DataSize.ofMebibytes(256),
                Duration.ofSeconds(5),
                Duration.ofSeconds(60),
                Duration.ofMinutes(5),
                Duration.ofSeconds(30),
                16,
                1200,
                64,
                256);
    }

    /** The same with other limits on what one person and one session send. */
    public RelayLimits withCalls(int atOnce, int perMinute) {
        return with(draft -> {
            draft.callsAtOnce = atOnce;
            draft.callsPerMinute = perMinute;
        });
    }

    /** The same with other limits on the size of bodies. */
    public RelayLimits withSizes(DataSize request, DataSize answer) {
        return with(draft -> {
            draft.maxRequest = request;
            draft.maxAnswer = answer;
        });
    }

    /** The same, where both answer and call have to be over after {@code limit}. */
    public RelayLimits withTimeout(Duration limit) {
        return with(draft -> {
            draft.answerTimeout = limit;
            draft.callTimeout = limit;
        });
    }

    /** The same for children that are slower or faster in taking their answers. */
    public RelayLimits withSlowReader(Duration limit) {
        return with(draft -> draft.slowReader = limit);
    }

    /** The same on a machine of another size. */
    public RelayLimits withRoom(int threads, int connections) {
        return with(draft -> {
            draft.workers = threads;
            draft.maxConnections = connections;
        });
    }

    private RelayLimits with(Consumer<Draft> change) {
        var draft = new Draft(this);
        change.accept(draft);
        return draft.limits();
    }

    /** Limits that are being changed; checked as a whole afterwards. */
    private static final class Draft {
        private DataSize maxRequest;
        private DataSize maxAnswer;
        private final Duration connectTimeout;
        private Duration answerTimeout;
        private Duration callTimeout;
        private Duration slowReader;
        private int callsAtOnce;
        private int callsPerMinute;
        private int workers;
        private int maxConnections;

        Draft(RelayLimits from) {
            maxRequest = from.maxRequest;
            maxAnswer = from.maxAnswer;
            connectTimeout = from.connectTimeout;
            answerTimeout = from.answerTimeout;
            callTimeout = from.callTimeout;
            slowReader = from.slowReader;
            callsAtOnce = from.callsAtOnce;
            callsPerMinute = from.callsPerMinute;
            workers = from.workers;
            maxConnections = from.maxConnections;
        }

        RelayLimits limits() {
            return new RelayLimits(
                    maxRequest,
                    maxAnswer,
                    connectTimeout,
                    answerTimeout,
                    callTimeout,
                    slowReader,
                    callsAtOnce,
                    callsPerMinute,
                    workers,
                    maxConnections);
        }
    }
}
