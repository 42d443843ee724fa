package postern.supervisor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.core.Ticker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Starts children and answers for them: whatever way a child ends, nothing of it is left. Safe for
 * use by many threads, virtual ones included.
 */
public final class Supervisor implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Supervisor.class);
    private static final AtomicLong RUNS = new AtomicLong(); // tells supervisors of one JVM apart
    private static final Duration STOP_PATIENCE = Duration.ofMillis(1_300);
    private static final Duration KILL_PATIENCE = Duration.ofSeconds(10);
    private static final Duration SWEEP_PERIOD = Duration.ofSeconds(2);

    private final Workshop workshop;
    private final Strays strays;
    private final String run;

    private final ReentrantLock lock = new ReentrantLock(); // guards the two fields below
    private boolean closing;
    private long started;

    private final Map<ChildId, ManagedChild> children = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    /**
     * Makes the run directory, finds out what can hold children on this machine (logged, see {@link
     * #containment()}) and becomes the parent of orphans. Kills nothing: see {@link #killStrays()}.
     *
     * @param ticker measures waiting
     * @param clock dates state changes and makes child ids differ between runs
     * @throws UncheckedIOException when the run directory cannot be made
     */
    public Supervisor(SupervisorConfig config, Ticker ticker, InstantSource clock) {
        try {
            WorkDirectory.prepare(config.runDirectory());
        } catch (IOException failed) {
            throw new UncheckedIOException("the run directory could not be made", failed);
        }
        Optional<Libc> libc = Libc.load();
        var timer = new ScheduledThreadPoolExecutor(1, Threads.factory("postern-child-timer"));
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        workshop =
                new Workshop(
                        config,
                        ticker,
                        clock,
                        Containment.probe(libc, config.path()),
                        libc,
                        new ProcessTable(),
                        new Spawner(config.maxChildren()),
                        timer,
                        new Notices());
        run =
                Long.toString(workshop.table().ownPid(), 36)
                        + Long.toString(clock.millis(), 36)
                        + Long.toString(RUNS.incrementAndGet(), 36);
        strays = new Strays(workshop.table(), ticker, config, run);
        for (String warning : containment().warnings()) {
            log.atWarn().addKeyValue("missing", warning).log("child.containment");
        }
        if (libc.isPresent()) scheduleSweep(libc.get());
    }

    private void scheduleSweep(Libc libc) {
        var sweep = new OrphanSweep(workshop.table(), libc, this::isDirectChild);
        workshop.timer()
                .scheduleWithFixedDelay(
                        () -> guarded(sweep),
                        SWEEP_PERIOD.toNanos(),
                        SWEEP_PERIOD.toNanos(),
                        TimeUnit.NANOSECONDS);
    }

    /** An exception would end the schedule. */
    private static void guarded(Runnable sweep) {
        try {
            sweep.run();
        } catch (RuntimeException failed) {
            log.atError().setCause(failed).log("child.sweep.failed");
        }
    }

    private boolean isDirectChild(long pid) {
        return children.values().stream()
                .anyMatch(child -> child.hasProcess() && child.pid() == pid);
    }

    /** What is in force on this machine. */
    public Containment containment() {
        return workshop.containment();
    }

    /**
     * Starts a child; returns as soon as its process exists, in state {@link ChildState#STARTING}.
     * May be called from any thread; an interrupt ends the waiting.
     *
     * @param listener hears the child; may be called before this method returns
     * @throws LaunchFailed when the program is missing, the cap is reached, the supervisor is
     *     closed or the machine refuses; nothing is left then and the listener hears nothing
     */
    public Child start(LaunchSpec spec, ChildListener listener) throws LaunchFailed {
        Objects.requireNonNull(listener, "listener");
        ManagedChild child = register(spec, listener);
        child.launch(spec);
        return child;
    }

    private ManagedChild register(LaunchSpec spec, ChildListener listener) throws LaunchFailed {
        lock.lock();
        try {
            if (closing) throw ManagedChild.closed();
            if (children.size() >= workshop.config().maxChildren()) {
                throw new LaunchFailed(
                        "too many children: the limit is " + workshop.config().maxChildren());
            }
            started++;
            var id = new ChildId(run + "-" + started);
            var child = new ManagedChild(id, started, spec, listener, workshop, this::forget);
            children.put(id, child);
            return child;
        } finally {
            lock.unlock();
        }
    }

    private void forget(ManagedChild child) {
        children.remove(child.id());
    }

    /**
     * Ends processes that an earlier run of this instance has left, found by their mark in
     * /proc/…/environ wherever they hang in the process tree, with SIGKILL, and removes left-over
     * working directories. To be called once, before the first start; needs up to 5 s when a
     * process does not die, else milliseconds.
     *
     * @return how many processes were killed
     */
    public int killStrays() {
        return strays.kill();
    }

    /** The children that have a process and are not wholly gone, oldest first; a copy. */
    public List<Child> children() {
        return children.values().stream()
                .filter(ManagedChild::hasProcess)
                .sorted(Comparator.comparingLong(ManagedChild::number))
                .map(Child.class::cast)
                .toList();
    }

    /**
     * Adds a listener for the changes from now on. Called on one thread, in order; an exception is
     * logged; a slow listener delays the other listeners and nothing else.
     */
    public void onStateChange(Consumer<ChildStateChange> listener) {
        workshop.notices().add(listener);
    }

    /**
     * Stops all children in parallel, kills after 1.3 s what is left, and returns when nothing is:
     * within about 1.5 s unless a process survives SIGKILL. A start under way fails. Closing twice
     * is harmless, both calls return at the end.
     */
    @Override
    public void close() {
        if (!beginClose()) {
            closed.join();
            return;
        }
        try {
            for (ManagedChild child : children.values()) child.stop("shutting down");
            if (!awaitAll(STOP_PATIENCE)) {
                for (ManagedChild child : children.values()) child.kill("shutting down");
                if (!awaitAll(KILL_PATIENCE)) {
                    log.atError().addKeyValue("count", children.size()).log("child.left");
                }
            }
            workshop.timer().shutdownNow();
            Threads.awaitEnd(workshop.timer(), Duration.ofSeconds(1));
            workshop.notices().close();
            workshop.spawner().close();
        } finally {
            closed.complete(null);
        }
    }

    private boolean beginClose() {
        lock.lock();
        try {
            boolean first = !closing;
            closing = true;
            return first;
        } finally {
            lock.unlock();
        }
    }

    private boolean awaitAll(Duration patience) {
        CompletableFuture<?>[] all =
                children.values().stream().map(Child::done).toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(all).get(patience.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException late) {
            return false;
        } catch (ExecutionException impossible) {
            throw new AssertionError(impossible);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
