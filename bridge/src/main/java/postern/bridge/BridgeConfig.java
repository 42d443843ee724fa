package postern.bridge;

import postern.core.Check;
import postern.core.DataSize;
import postern.supervisor.ChildLimits;

import java.time.Duration;

/**
 * Limits of the bridge.
 *
 * @param idle without a message of the client, then the child of a session stops, 1 s to 24 h.
 *     Lower: a cold start after a short pause; higher: a forgotten tab keeps its child that much
 *     longer
 * @param callBudget for one call, then it is cancelled and answered with an error, 1 s to 24 h
 * @param silence after which a call that was not answered becomes a stream, 10 ms to 1 min
 * @param keepAlive between comments on a silent stream, 10 ms to 5 min
 * @param sessionsPerGrant 1 to 1000; at the limit the longest idle one makes room
 * @param sessions in all, 1 to 20,000; likewise
 * @param callsPerSession at a time, 1 to 10,000
 * @param queuedMessages waiting for one slow reader, and for a stream to be opened, 1 to 65,536
 * @param queuedSize the same in bytes, 1 KiB to 256 MiB; one message more than that still fits
 */
public record BridgeConfig(
        Duration idle,
        Duration callBudget,
        Duration silence,
        Duration keepAlive,
        int sessionsPerGrant,
        int sessions,
        int callsPerSession,
        int queuedMessages,
        DataSize queuedSize,
        ChildLimits childLimits) {
    public BridgeConfig {
        Check.between("bridge.idle", idle, Duration.ofSeconds(1), Duration.ofHours(24));
        Check.between(
                "bridge.call-budget", callBudget, Duration.ofSeconds(1), Duration.ofHours(24));
        Check.between("bridge.silence", silence, Duration.ofMillis(10), Duration.ofMinutes(1));
        Check.between("bridge.keep-alive", keepAlive, Duration.ofMillis(10), Duration.ofMinutes(5));
        Check.between("bridge.sessions-per-grant", sessionsPerGrant, 1, 1_000);
        Check.between("bridge.sessions", sessions, 1, 20_000);
        Check.between("bridge.calls-per-session", callsPerSession, 1, 10_000);
        Check.between("bridge.queued-messages", queuedMessages, 1, 65_536);
        Check.between(
                "bridge.queued-size",
                queuedSize,
                DataSize.ofKibibytes(1),
                DataSize.ofMebibytes(256));
    }

    /** 30 min, 1 h, 5 s, 15 s; 5, 50 and 64; 256 messages of together 8 MiB. */
    public static BridgeConfig standard() {
        return new BridgeConfig(
                Duration.ofMinutes(30),
                Duration.ofHours(1),
                Duration.ofSeconds(5),
                Duration.ofSeconds(15),
                5,
                50,
                64,
                256,
                DataSize.ofMebibytes(8),
                ChildLimits.standard());
    }
}
