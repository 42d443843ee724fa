package postern.supervisor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.core.Undo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A child from its launch to the moment when its end begins; the end itself is {@link Ending}. */
final class ManagedChild implements Child {
    private static final Logger log = LoggerFactory.getLogger(ManagedChild.class);

    private final ChildId id;
    private final long number;
    private final String server;
    private final ChildLimits limits;
    private final ChildListener listener;
    private final Workshop workshop;
    private final Consumer<ManagedChild> forget;
    private final Lifecycle lifecycle;
    private final StderrTail stderrTail;
    private final CompletableFuture<ChildExit> done = new CompletableFuture<>();

    private final CountDownLatch launched = new CountDownLatch(1);
    private volatile ChildProcess process;
    private volatile ScheduledFuture<?> budget;

    /**
     * @param forget called once, when nothing is left
     */
    ManagedChild(
            ChildId id,
            long number,
            LaunchSpec spec,
            ChildListener listener,
            Workshop workshop,
            Consumer<ManagedChild> forget) {
        this.id = id;
        this.number = number;
        this.server = spec.server();
        this.limits = spec.limits();
        this.listener = listener;
        this.workshop = workshop;
        this.forget = forget;
        this.lifecycle = new Lifecycle(id, server, workshop.notices(), workshop.clock());
        this.stderrTail = new StderrTail(limits.stderrTail());
    }

    /**
     * Starts the process.
     *
     * @throws LaunchFailed with nothing left behind and {@link #done()} completed
     */
    void launch(LaunchSpec spec) throws LaunchFailed {
        try {
            if (!lifecycle.advance(ChildState.CREATING)) throw closed();
            process = create(spec);
        } catch (LaunchFailed failed) {
            lifecycle.beginEnd(false, failed.hint());
            lifecycle.finish(true, "");
            concludeUnstarted();
            throw failed;
        }
        if (!lifecycle.advance(ChildState.STARTING)) {
            launched.countDown();
            lifecycle.hurry();
            end();
            throw closed();
        }
        try {
            process.start(this::onProcessExit);
        } catch (RuntimeException | OutOfMemoryError noThread) {
            launched.countDown();
            fail("its threads could not be started");
            throw new LaunchFailed("the machine has no room for another child", noThread);
        }
        scheduleBudget();
        logEvent("child.started", "");
        launched.countDown();
    }

    static LaunchFailed closed() {
        return new LaunchFailed("children are no longer started: shutting down");
    }

    private ChildProcess create(LaunchSpec spec) throws LaunchFailed {
        SupervisorConfig config = workshop.config();
        try (var undo = new Undo()) {
            var directory = undo.own(WorkDirectory.create(config.runDirectory(), id));
            var mark = new ProcessMark(config.instance(), id.value());
            Map<String, String> environment = environment(spec, directory, mark);
            List<String> command = new ArrayList<>();
            List<String> prefix = workshop.containment().prefix();
            if (!prefix.isEmpty()) {
                command.addAll(ProgramLookup.resolveFirst(prefix, config.path()));
            }
            command.addAll(ProgramLookup.resolveFirst(spec.command(), environment.get("PATH")));
            var scrubber = new SecretScrubber(spec.secretEnvironment().values());
            Process started = workshop.spawner().spawn(command, environment, directory.path());
            undo.release();
            return new ChildProcess(
                    id,
                    started,
                    directory,
                    spec,
                    scrubber,
                    tree(started, mark),
                    listener,
                    this::fail,
                    stderrTail,
                    workshop);
        } catch (IOException noDirectory) {
            throw new LaunchFailed("the working directory could not be made", noDirectory);
        }
    }

    private ProcessTree tree(Process started, ProcessMark mark) {
        return new ProcessTree(
                workshop.table(),
                workshop.libc(),
                workshop.ticker(),
                started.pid(),
                workshop.containment().ownSession(),
                mark);
    }

    private Map<String, String> environment(
            LaunchSpec spec, WorkDirectory directory, ProcessMark mark) {
        Map<String, String> environment = new HashMap<>();
        environment.put("PATH", workshop.config().path());
        environment.put("LANG", workshop.config().lang());
        environment.put("TZ", workshop.config().timeZone());
        environment.put("HOME", directory.path().toString());
        environment.put("TMPDIR", directory.path().toString());
        environment.putAll(spec.environment());
        spec.secretEnvironment()
                .forEach((name, secret) -> secret.useText(text -> environment.put(name, text)));
        environment.put(ProcessMark.VARIABLE, mark.value());
        return environment;
    }

    private void scheduleBudget() {
        try {
            budget =
                    workshop.timer()
                            .schedule(
                                    this::overBudget,
                                    limits.startBudget().toNanos(),
                                    TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closing) {
            // The supervisor is closing and ends this child.
        }
    }

    private void overBudget() {
        if (state() == ChildState.STARTING) fail("over the start budget");
    }

    /** Called by the pumps and timers: the child broke a rule. */
    private void fail(String reason) {
        begin(lifecycle.beginEnd(false, reason), true);
    }

    private void onProcessExit() {
        OptionalInt status = process.status();
        fail(status.isPresent() ? ChildExit.describe(status.getAsInt()) : "exited");
    }

    private void begin(Lifecycle.Begun begun, boolean inHurry) {
        if (inHurry) lifecycle.hurry();
        if (begun != Lifecycle.Begun.BY_CALLER) return;
        Thread thread = Threads.platform("postern-child-" + id + "-end", this::end);
        try {
            thread.start();
        } catch (OutOfMemoryError noThread) {
            lifecycle.hurry(); // no grace while the caller does the work
            end();
        }
    }

    private void end() {
        awaitLaunched();
        ScheduledFuture<?> timer = budget;
        if (timer != null) timer.cancel(false);
        ChildExit exit = new Ending(id, process, lifecycle, limits.stopGrace()).run();
        logEvent("child.ended", exit.reason());
        conclude(exit);
    }

    /** The starter has a few lines left at most. */
    private void awaitLaunched() {
        try {
            if (!launched.await(10, TimeUnit.SECONDS)) throw new IllegalStateException("no start");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void logEvent(String name, String reason) {
        log.atInfo()
                .addKeyValue("server", server)
                .addKeyValue("child", id)
                .addKeyValue("pid", process.pid())
                .addKeyValue("reason", reason)
                .log(name);
    }

    private void concludeUnstarted() {
        conclude(
                new ChildExit(
                        OptionalInt.empty(), lifecycle.endReason(), lifecycle.wasRequested()));
    }

    private void conclude(ChildExit exit) {
        forget.accept(this); // first: whoever waits for done() may start another in its place
        done.complete(exit);
    }

    boolean hasProcess() {
        return process != null;
    }

    /** Rises with each child of a supervisor. */
    long number() {
        return number;
    }

    @Override
    public ChildId id() {
        return id;
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public ChildState state() {
        return lifecycle.state();
    }

    @Override
    public String server() {
        return server;
    }

    @Override
    public void send(byte[] line) throws ChildBusy, ChildGone {
        process.stdin().offer(line);
    }

    @Override
    public void ready() {
        if (!lifecycle.advance(ChildState.RUNNING)) return;
        ScheduledFuture<?> timer = budget;
        if (timer != null) timer.cancel(false);
    }

    @Override
    public CompletableFuture<ChildExit> done() {
        return done.copy();
    }

    @Override
    public void stop(String reason) {
        begin(lifecycle.beginEnd(true, "stopped: " + reason), false);
    }

    @Override
    public void kill(String reason) {
        begin(lifecycle.beginEnd(true, "killed: " + reason), true);
    }

    @Override
    public List<String> stderrTail() {
        return stderrTail.lines();
    }
}
