package postern.bridge.legacy;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.access.GrantEnds;
import postern.access.GrantId;
import postern.access.LiveSession;
import postern.access.LiveSessions;
import postern.bridge.BridgeConfig;
import postern.bridge.BridgeCounters;
import postern.bridge.McpRefusal;
import postern.core.Ticker;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * All sessions of this process. Those with a child are bounded per grant and in all: the longest
 * idle one makes room for a new one and is parked, to be woken by its next request. Parked ones are
 * forgotten after 24 hours, from 20 of a grant on, and from 2,000 in all on. A session is idle by
 * the client's messages and their answers; an open stream alone keeps nothing alive, because
 * clients leave streams open for days.
 */
public final class Sessions implements LiveSessions, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);
    private static final int SWEEP_MILLIS = 100;
    private static final int PARKED_PER_GRANT = 20;
    private static final int PARKED = 2_000;

    private final BridgeConfig config;
    private final BridgeCounters counters;
    private final Ticker ticker;
    private final SessionIds ids;
    private final Map<String, Session> byId = new ConcurrentHashMap<>();
    private final ReentrantLock admission = new ReentrantLock();
    private final ScheduledExecutorService sweeper =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("postern-bridge-sweep").daemon(true).factory());
    private boolean closed;

    public Sessions(
            BridgeConfig config,
            GrantEnds grantEnds,
            BridgeCounters counters,
            Ticker ticker,
            SecureRandom random) {
        this.config = config;
        this.counters = counters;
        this.ticker = ticker;
        this.ids = new SessionIds(random);
        grantEnds.listen(this::endGrant);
        var unused =
                sweeper.scheduleWithFixedDelay(
                        this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * A place for a new session, which the caller opens or ends.
     *
     * @throws McpRefusal 429 or 503: no room
     */
    Session admit(SessionOwner owner) {
        admission.lock();
        try {
            if (closed) throw noRoom(503, SessionEnd.SHUTDOWN.text(), "closed");
            makeRoom(owner);
            forgetParked(one -> one.owner().grant().equals(owner.grant()), PARKED_PER_GRANT);
            forgetParked(one -> true, PARKED);
            var session = new Session(ids.next(), owner, config, counters, ticker, this::remove);
            byId.put(session.id(), session);
            counters.sessionsOpened.increment();
            return session;
        } finally {
            admission.unlock();
        }
    }

    /**
     * Counts a parked session again as one with a child.
     *
     * @throws McpRefusal 429 or 503: no room
     */
    void readmit(Session session) {
        admission.lock();
        try {
            if (closed) throw noRoom(503, SessionEnd.SHUTDOWN.text(), "closed");
            makeRoom(session.owner());
            session.wake();
        } finally {
            admission.unlock();
        }
    }

    private void makeRoom(SessionOwner owner) {
        Predicate<Session> sameGrant = one -> one.owner().grant().equals(owner.grant());
        if (!makeRoom(sameGrant, config.sessionsPerGrant())) {
            throw noRoom(429, "too many sessions of this sign-in are busy", "per grant");
        }
        if (!makeRoom(one -> true, config.sessions())) {
            throw noRoom(503, "too many sessions are busy, try again in a moment", "in all");
        }
    }

    private boolean makeRoom(Predicate<Session> counted, int max) {
        List<Session> there =
                byId.values().stream().filter(counted).filter(one -> !one.isParked()).toList();
        if (there.size() < max) return true;
        Optional<Session> longestIdle = longestIdle(there.stream().filter(Session::isIdle));
        longestIdle.ifPresent(session -> session.rest(SessionEnd.EVICTED));
        return longestIdle.isPresent();
    }

    private void forgetParked(Predicate<Session> counted, int max) {
        List<Session> parked =
                byId.values().stream().filter(counted).filter(Session::isParked).toList();
        if (parked.size() < max) return;
        longestIdle(parked.stream()).ifPresent(session -> session.end(SessionEnd.EVICTED));
    }

    private Optional<Session> longestIdle(Stream<Session> choice) {
        long now = ticker.nanos();
        return choice.max(Comparator.comparingLong(one -> now - one.activeNanos()));
    }

    private static McpRefusal noRoom(int status, String hint, String detail) {
        return McpRefusal.of(status, hint, detail).with("Retry-After", "5");
    }

    private void remove(Session session) {
        byId.remove(session.id(), session);
    }

    /**
     * The session with that id, when it is {@code owner}'s: a foreign one is like an unknown one.
     */
    Optional<Session> find(String id, SessionOwner owner) {
        return Optional.ofNullable(byId.get(id))
                .filter(session -> session.owner().equals(owner))
                .filter(Session::isOpen);
    }

    BridgeCounters counters() {
        return counters;
    }

    /** Sessions that are open, being opened, or parked without a child. */
    public int size() {
        return byId.size();
    }

    private void endGrant(GrantId grant) {
        ofGrant(grant).forEach(session -> session.end(SessionEnd.GRANT_ENDED));
    }

    private Stream<Session> ofGrant(GrantId grant) {
        return byId.values().stream().filter(one -> one.owner().grant().equals(grant));
    }

    @Override
    public List<LiveSession> of(GrantId grant) {
        long now = ticker.nanos();
        return ofGrant(grant)
                .filter(Session::isOpen)
                .map(session ->
                        new LiveSession(
                                SessionIds.handle(session.id()),
                                session.owner().server(),
                                Duration.ofNanos(now - session.startedNanos()),
                                Duration.ofNanos(Math.max(0, now - session.activeNanos()))))
                .sorted(Comparator.comparing(LiveSession::age))
                .toList();
    }

    @Override
    public boolean end(GrantId grant, String handle) {
        Optional<Session> named =
                ofGrant(grant)
                        .filter(session -> SessionIds.handle(session.id()).equals(handle))
                        .findFirst();
        named.ifPresent(session -> session.end(SessionEnd.ENDED_BY_PERSON));
        return named.isPresent();
    }

    /** A session that is busy, or cannot be woken, ends; its client may begin another. */
    @Override
    public void suspend(GrantId grant) {
        for (Session session : ofGrant(grant).filter(one -> !one.isWithoutChild()).toList()) {
            session.rest(SessionEnd.NOT_CHECKED);
            if (!session.isWithoutChild()) session.end(SessionEnd.NOT_CHECKED);
        }
    }

    private void sweep() {
        long now = ticker.nanos();
        for (Session session : byId.values()) {
            try {
                session.sweep(now);
            } catch (RuntimeException failure) {
                LOG.atError().setCause(failure).log("bridge.sweep.failed");
            }
        }
    }

    /** Takes no new session, answers what waits, closes streams and begins to stop all children. */
    @Override
    public void close() {
        admission.lock();
        try {
            closed = true;
        } finally {
            admission.unlock();
        }
        sweeper.shutdownNow();
        for (Session session : byId.values()) session.end(SessionEnd.SHUTDOWN);
    }
}
