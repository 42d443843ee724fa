package postern.supervisor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** What a started child consists of: the process, its tree, its three pipes, its directory. */
final class ChildProcess {
    private static final Logger log = LoggerFactory.getLogger(ChildProcess.class);
    private static final Duration PIPE_PATIENCE = Duration.ofMillis(500);
    private static final Duration LISTENER_PATIENCE = Duration.ofSeconds(1);

    private final ChildId id;
    private final Process process;
    private final WorkDirectory directory;
    private final ProcessTree tree;
    private final PipeHolders pipeHolders;
    private final StdinPump stdin;
    private final StdoutPump stdout;
    private final StderrPump stderr;

    /**
     * Starts no thread and cannot fail: {@code process} has an owner at any time.
     *
     * @param failure told why the child must end
     */
    ChildProcess(
            ChildId id,
            Process process,
            WorkDirectory directory,
            LaunchSpec spec,
            SecretScrubber scrubber,
            ProcessTree tree,
            ChildListener listener,
            Consumer<String> failure,
            StderrTail tail,
            Workshop workshop) {
        this.id = id;
        this.process = process;
        this.directory = directory;
        this.tree = tree;
        this.pipeHolders = new PipeHolders(workshop.table(), process.pid());
        String name = "postern-child-" + id;
        ChildLimits limits = spec.limits();
        stdin = new StdinPump(process.getOutputStream(), limits, name + "-stdin");
        stdout =
                new StdoutPump(
                        process.getInputStream(), limits, id, listener, failure, name + "-stdout");
        stderr =
                new StderrPump(
                        process.getErrorStream(),
                        spec.server(),
                        id,
                        process.pid(),
                        scrubber,
                        tail,
                        workshop.ticker(),
                        name + "-stderr");
    }

    /** The listener hears nothing when this fails: its thread is the last to be started. */
    void start(Runnable onExit) {
        stderr.start();
        stdin.start();
        stdout.start();
        process.onExit().thenRun(onExit);
    }

    long pid() {
        return process.pid();
    }

    StdinPump stdin() {
        return stdin;
    }

    /** Empty while the program runs. */
    OptionalInt status() {
        return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
    }

    void terminateTree() {
        tree.terminate();
    }

    /**
     * @return the processes that are still alive after {@code patience}
     */
    List<Long> killTree(Duration patience) {
        return tree.kill(patience);
    }

    /** Without its descendants. */
    void killProgram() {
        process.toHandle().destroyForcibly();
    }

    boolean awaitExit(Duration patience) {
        try {
            return process.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Hears what the dead tree has written, then closes the pipes. */
    void drain() {
        stdin.abort();
        boolean drained =
                stdout.awaitDrained(PIPE_PATIENCE)
                        && Threads.awaitEnd(stderr.thread(), PIPE_PATIENCE)
                        && Threads.awaitEnd(stdin.thread(), PIPE_PATIENCE);
        if (drained) return;
        pipeHolders.kill();
        if (!stdout.awaitDrained(PIPE_PATIENCE)) {
            stdout.close();
            if (!stdout.awaitDrained(PIPE_PATIENCE)) stdout.thread().interrupt();
        }
        if (!Threads.awaitEnd(stderr.thread(), PIPE_PATIENCE)) stderr.close();
        expectEnd(stderr.thread(), PIPE_PATIENCE);
        expectEnd(stdin.thread(), PIPE_PATIENCE);
    }

    /** Closes what a thread that was never started would have closed. */
    void closePipes() {
        stdout.close();
        stderr.close();
        if (stdin.thread().isAlive()) return; // it closes its stream itself; we would wait for it
        try {
            process.getOutputStream().close();
        } catch (IOException broken) {
            // The reader is dead.
        }
    }

    void removeDirectory() {
        try {
            directory.close();
        } catch (IOException | RuntimeException failed) {
            log.atError().addKeyValue("child", id).setCause(failed).log("child.directory.left");
        }
    }

    /** Tells the listener; waits a moment for it to return. */
    void tellExit(ChildExit exit) {
        stdout.exited(exit);
        if (Threads.awaitEnd(stdout.thread(), LISTENER_PATIENCE)) return;
        stdout.thread().interrupt();
        expectEnd(stdout.thread(), LISTENER_PATIENCE);
    }

    private void expectEnd(Thread thread, Duration patience) {
        if (Threads.awaitEnd(thread, patience)) return;
        log.atError()
                .addKeyValue("child", id)
                .addKeyValue("thread", thread.getName())
                .log("child.thread.left");
    }
}
