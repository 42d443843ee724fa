package postern.forge.relay;

import postern.core.Check;
import postern.core.DataSize;

import java.time.Duration;

/**
 * How much one session may ask for, and for how long.
 *
 * @param maxRequest of one request body
 * @param maxAnswer of one answer's body; a longer one is refused, or cut off where its length was
 *     not known before
 * @param answerTimeout until the forge has begun its answer
 * @param callTimeout for one call as a whole, both bodies included
 * @param callsAtOnce of one session; more are answered with 429
 * @param callsPerMinute of one session, of which half may come at once after a pause
 * @param workers threads for all sessions together; a call holds one
 */
public record RelayLimits(
        DataSize maxRequest,
        DataSize maxAnswer,
        Duration connectTimeout,
        Duration answerTimeout,
        Duration callTimeout,
        int callsAtOnce,
        int callsPerMinute,
        int workers) {

    public RelayLimits {
        var atMost = DataSize.ofGibibytes(1);
        Check.between("relay max request", maxRequest, new DataSize(1), atMost);
        Check.between("relay max answer", maxAnswer, new DataSize(1), atMost);
        Check.between("relay workers", workers, 1, 1024);
        Check.between("relay calls at once", callsAtOnce, 1, 1024);
        Check.between("relay calls per minute", callsPerMinute, 1, 1_000_000);
        Check.between(
                "relay call timeout", callTimeout, Duration.ofMillis(10), Duration.ofHours(1));
        Check.between("relay answer timeout", answerTimeout, Duration.ofMillis(10), callTimeout);
    }

    public static RelayLimits standard() {
        return new RelayLimits(
                DataSize.ofMebibytes(64),
                DataSize.ofMebibytes(256),
                Duration.ofSeconds(5),
                Duration.ofSeconds(60),
                Duration.ofMinutes(5),
                16,
                1200,
                64);
    }

    /** The same with other limits on what one session sends. */
    public RelayLimits withCalls(int atOnce, int perMinute) {
        return new RelayLimits(
                maxRequest,
                maxAnswer,
                connectTimeout,
                answerTimeout,
                callTimeout,
                atOnce,
                perMinute,
                workers);
    }

    /** The same with other limits on the size of bodies. */
    public RelayLimits withSizes(DataSize request, DataSize answer) {
        return new RelayLimits(
                request,
                answer,
                connectTimeout,
                answerTimeout,
                callTimeout,
                callsAtOnce,
                callsPerMinute,
                workers);
    }

    /** The same, where both answer and call have to be over after {@code limit}. */
    public RelayLimits withTimeout(Duration limit) {
        return new RelayLimits(
                maxRequest,
                maxAnswer,
                connectTimeout,
                limit,
                limit,
                callsAtOnce,
                callsPerMinute,
                workers);
    }
}
