package postern.supervisor;

import postern.core.Ticker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * All processes of one child: those in its session, those that carry its mark, and the descendants
 * of both. For the child's ending thread only.
 */
final class ProcessTree {
    private static final long PAUSE_NANOS = Duration.ofMillis(2).toNanos();

    private final ProcessTable table;
    private final Optional<Libc> libc;
    private final Ticker ticker;
    private final long rootPid;
    private final boolean ownSession;
    private final String mark;
    private final Map<Long, Long> seenStartTicks = new HashMap<>();

    ProcessTree(
            ProcessTable table,
            Optional<Libc> libc,
            Ticker ticker,
            long rootPid,
            boolean ownSession,
            ProcessMark mark) {
        this.table = table;
        this.libc = libc;
        this.ticker = ticker;
        this.rootPid = rootPid;
        this.ownSession = ownSession;
        this.mark = mark.value();
    }

    /** SIGTERM to every process of the tree. */
    void terminate() {
        for (ProcessEntry entry : members(table.current())) signal(entry, false);
    }

    /**
     * SIGKILL to every process of the tree, again and again until a reading shows none: one that
     * forked while we looked is found by the next reading. Adopted zombies are reaped.
     *
     * @return the processes that are alive when {@code patience} has passed; empty as a rule
     */
    List<Long> kill(Duration patience) {
        long start = ticker.nanos();
        while (true) {
            List<ProcessEntry> entries = table.current();
            List<ProcessEntry> members = members(entries);
            for (ProcessEntry entry : members) signal(entry, true);
            boolean zombies = reapAdopted(entries);
            if (members.isEmpty() && !zombies) return List.of();
            if (ticker.nanos() - start > patience.toNanos()) {
                return members.stream().map(ProcessEntry::pid).toList();
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private List<ProcessEntry> members(List<ProcessEntry> entries) {
        Set<Long> pids = new HashSet<>();
        List<ProcessEntry> members = new ArrayList<>();
        boolean grown = true;
        while (grown) { // as often as the longest chain of descendants that no other rule names
            grown = false;
            for (ProcessEntry entry : entries) {
                if (entry.isZombie() || entry.pid() == table.ownPid()) continue;
                boolean member = isRoot(entry) || pids.contains(entry.parent());
                if (member && pids.add(entry.pid())) {
                    members.add(entry);
                    seenStartTicks.put(entry.pid(), entry.startTicks());
                    grown = true;
                }
            }
        }
        return members;
    }

    private boolean isRoot(ProcessEntry entry) {
        return mark.equals(entry.mark())
                || ownSession && entry.session() == rootPid
                || entry.pid() == rootPid && entry.parent() == table.ownPid();
    }

    /**
     * @return true when a zombie was reaped, so that the table has to be read again
     */
    private boolean reapAdopted(List<ProcessEntry> entries) {
        boolean any = false;
        for (ProcessEntry entry : entries) {
            if (entry.isZombie()
                    && entry.parent() == table.ownPid()
                    && entry.pid() != rootPid // the JDK reaps it and wants its status
                    && isOurs(entry)) {
                any |= libc.isPresent() && libc.get().reap(entry.pid());
            }
        }
        return any;
    }

    private boolean isOurs(ProcessEntry zombie) {
        Long startTicks = seenStartTicks.get(zombie.pid());
        return startTicks != null && startTicks == zombie.startTicks()
                || ownSession && zombie.session() == rootPid;
    }

    /** The handle remembers the start time, so a pid that was given away in between is safe. */
    private void signal(ProcessEntry entry, boolean kill) {
        Optional<ProcessHandle> handle = ProcessHandle.of(entry.pid());
        if (handle.isEmpty() || !table.isAlive(entry)) return;
        if (kill) handle.get().destroyForcibly();
        else handle.get().destroy();
    }
}
