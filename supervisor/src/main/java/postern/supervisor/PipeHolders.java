package postern.supervisor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The last net: whoever still holds a pipe of a dead child came from it, even if it left session
 * and parent and wiped its environment. Reading all descriptors is slow, so it is asked only when a
 * pipe does not end.
 */
final class PipeHolders {
    private static final Logger log = LoggerFactory.getLogger(PipeHolders.class);

    private final ProcessTable table;
    private final Set<String> pipes = new HashSet<>();
    private final long startTicks;

    /**
     * Remembers the three pipes of a process that was just started; none when it is gone already.
     */
    PipeHolders(ProcessTable table, long pid) {
        this.table = table;
        Optional<ProcessEntry> child = read(pid);
        this.startTicks = child.map(ProcessEntry::startTicks).orElse(Long.MAX_VALUE);
        for (String descriptor : new String[] {"0", "1", "2"}) {
            String target = target(Path.of("/proc", Long.toString(pid), "fd", descriptor));
            if (target.startsWith("pipe:")) pipes.add(target);
        }
    }

    void kill() {
        if (pipes.isEmpty()) return;
        for (ProcessEntry entry : table.withoutMarks()) {
            if (entry.startTicks() < startTicks || entry.pid() == table.ownPid()) continue;
            if (!holds(entry.pid())) continue;
            log.atWarn().addKeyValue("pid", entry.pid()).log("child.pipe.held");
            ProcessHandle.of(entry.pid()).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    private static Optional<ProcessEntry> read(long pid) {
        try {
            return ProcessEntry.parse(
                    Files.readString(Path.of("/proc", Long.toString(pid), "stat")));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    private boolean holds(long pid) {
        File[] descriptors = new File("/proc/" + pid + "/fd").listFiles();
        if (descriptors == null) return false; // gone, or of another user
        for (File descriptor : descriptors) {
            if (pipes.contains(target(descriptor.toPath()))) return true;
        }
        return false;
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException gone) {
            return "";
        }
    }
}
