package postern.supervisor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.core.Ticker;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** Ends what an earlier run of this instance has left: processes by their mark, directories. */
final class Strays {
    private static final Logger log = LoggerFactory.getLogger(Strays.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long PAUSE_NANOS = Duration.ofMillis(5).toNanos();

    private final ProcessTable table;
    private final Ticker ticker;
    private final String instancePrefix;
    private final String ownRunPrefix;
    private final Path runDirectory;

    Strays(ProcessTable table, Ticker ticker, SupervisorConfig config, String run) {
        this.table = table;
        this.ticker = ticker;
        this.instancePrefix = config.instance() + ":";
        this.ownRunPrefix = run + "-";
        this.runDirectory = config.runDirectory();
    }

    /**
     * @return how many processes were killed
     */
    int kill() {
        Set<Long> killed = new HashSet<>();
        long start = ticker.nanos();
        List<ProcessEntry> strays = find();
        while (!strays.isEmpty() && ticker.nanos() - start < PATIENCE.toNanos()) {
            for (ProcessEntry stray : strays) {
                Optional<ProcessHandle> handle = ProcessHandle.of(stray.pid());
                if (handle.isEmpty() || !table.isAlive(stray)) continue;
                if (handle.get().destroyForcibly()) killed.add(stray.pid());
            }
            LockSupport.parkNanos(PAUSE_NANOS);
            strays = find();
        }
        if (!strays.isEmpty()) {
            log.atError().addKeyValue("count", strays.size()).log("child.stray.left");
        }
        removeDirectories();
        return killed.size();
    }

    private List<ProcessEntry> find() {
        return table.withAllMarks().stream()
                .filter(entry -> !entry.isZombie() && entry.pid() != table.ownPid())
                .filter(entry -> entry.mark().startsWith(instancePrefix))
                .filter(entry -> isOfAnotherRun(entry.mark().substring(instancePrefix.length())))
                .toList();
    }

    private boolean isOfAnotherRun(String child) {
        return !child.startsWith(ownRunPrefix);
    }

    private void removeDirectories() {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(runDirectory)) {
            for (Path folder : folders) {
                String name = folder.getFileName().toString();
                if (ChildId.isShaped(name) && isOfAnotherRun(name))
                    new WorkDirectory(folder).close();
            }
        } catch (IOException failed) {
            log.atWarn().setCause(failed).log("child.directory.left");
        }
    }
}
