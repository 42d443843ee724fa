package postern.supervisor;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The processes of this machine, read from /proc. A reading costs milliseconds, so callers that ask
 * at the same time share one.
 */
final class ProcessTable {
    private static final Path PROC = Path.of("/proc");

    private final long ownPid = ProcessHandle.current().pid();
    private final long ownStartTicks =
            read(ownPid, Long.MAX_VALUE).map(ProcessEntry::startTicks).orElse(0L);

    private final AtomicLong begun = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private Reading latest = new Reading(0, List.of());

    private record Reading(long number, List<ProcessEntry> entries) {}

    long ownPid() {
        return ownPid;
    }

    /**
     * All processes, by a reading that began after this call did. Marks are read only of processes
     * that are not older than we are: nothing older can be a child of ours.
     */
    List<ProcessEntry> current() {
        long before = begun.get();
        lock.lock();
        try {
            if (latest.number() <= before) {
                latest = new Reading(begun.incrementAndGet(), scan(ownStartTicks));
            }
            return latest.entries();
        } finally {
            lock.unlock();
        }
    }

    /** All processes with all marks that may be read, also of an earlier run. */
    List<ProcessEntry> withAllMarks() {
        return scan(0);
    }

    /** All processes, without marks. */
    List<ProcessEntry> withoutMarks() {
        return scan(Long.MAX_VALUE);
    }

    /** True while the process of this entry, and not another with its pid, is alive. */
    boolean isAlive(ProcessEntry entry) {
        return read(entry.pid(), Long.MAX_VALUE)
                .filter(now -> now.startTicks() == entry.startTicks() && !now.isZombie())
                .isPresent();
    }

    private List<ProcessEntry> scan(long marksSinceTicks) {
        String[] names = new File("/proc").list();
        if (names == null) return List.of();
        List<ProcessEntry> entries = new ArrayList<>(names.length);
        for (String name : names) {
            if (Character.isDigit(name.charAt(0))) {
                read(Long.parseLong(name), marksSinceTicks).ifPresent(entries::add);
            }
        }
        return List.copyOf(entries);
    }

    private static Optional<ProcessEntry> read(long pid, long marksSinceTicks) {
        Path folder = PROC.resolve(Long.toString(pid));
        Optional<ProcessEntry> entry;
        try {
            entry =
                    ProcessEntry.parse(
                            Files.readString(folder.resolve("stat"), StandardCharsets.ISO_8859_1));
        } catch (IOException gone) {
            return Optional.empty();
        }
        if (entry.isEmpty() || entry.get().isZombie()) return entry;
        if (entry.get().startTicks() < marksSinceTicks) return entry;
        try {
            String mark = ProcessMark.find(Files.readAllBytes(folder.resolve("environ")));
            return Optional.of(entry.get().withMark(mark));
        } catch (IOException goneOrNotOurs) {
            return entry;
        }
    }
}
