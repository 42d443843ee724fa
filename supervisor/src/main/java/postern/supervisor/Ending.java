package postern.supervisor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/**
 * The end of one child as a straight line, on a thread of its own: asked politely if there is time,
 * then killed with its whole tree, then everything that belonged to it is closed.
 */
final class Ending {
    private static final Logger log = LoggerFactory.getLogger(Ending.class);
    private static final Duration KILL_PATIENCE = Duration.ofSeconds(5);

    private final ChildId id;
    private final ChildProcess process;
    private final Lifecycle lifecycle;
    private final Duration grace;

    Ending(ChildId id, ChildProcess process, Lifecycle lifecycle, Duration grace) {
        this.id = id;
        this.process = process;
        this.lifecycle = lifecycle;
        this.grace = grace;
    }

    ChildExit run() {
        if (lifecycle.wasRequested()) askToLeave();
        List<Long> left = killTree();
        boolean exited = process.awaitExit(Duration.ofSeconds(1));
        process.drain();
        process.closePipes();
        process.removeDirectory();
        if (!left.isEmpty()) {
            log.atError()
                    .addKeyValue("child", id)
                    .addKeyValue("pids", left)
                    .log("child.process.left");
        }
        lifecycle.finish(left.isEmpty() && exited, "survived SIGKILL");
        OptionalInt status = exited ? process.status() : OptionalInt.empty();
        var exit = new ChildExit(status, lifecycle.endReason(), lifecycle.wasRequested());
        process.tellExit(exit);
        return exit;
    }

    /** A fault of ours must not keep the program alive, nor anybody waiting for its end. */
    private List<Long> killTree() {
        try {
            return process.killTree(KILL_PATIENCE);
        } catch (RuntimeException fault) {
            log.atError().addKeyValue("child", id).setCause(fault).log("child.tree.unreadable");
            process.killProgram();
            return List.of();
        }
    }

    private void askToLeave() {
        process.stdin().finish();
        if (lifecycle.awaitHurry(grace)) return;
        terminateTree();
        lifecycle.awaitHurry(grace);
    }

    private void terminateTree() {
        try {
            process.terminateTree();
        } catch (RuntimeException fault) {
            log.atError().addKeyValue("child", id).setCause(fault).log("child.tree.unreadable");
            lifecycle.hurry();
        }
    }
}
