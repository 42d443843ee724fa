package postern.supervisor;

import java.util.HashSet;
import java.util.Set;
import java.util.function.LongPredicate;

/**
 * Reaps orphans that we adopted and that ended by themselves. Only what was a zombie of ours in two
 * sweeps in a row is touched: what the JDK started is reaped by the JDK within milliseconds. For
 * the timer thread.
 */
final class OrphanSweep implements Runnable {
    private record Zombie(long pid, long startTicks) {}

    private final ProcessTable table;
    private final Libc libc;
    private final LongPredicate isDirectChild;
    private Set<Zombie> seen = Set.of();

    OrphanSweep(ProcessTable table, Libc libc, LongPredicate isDirectChild) {
        this.table = table;
        this.libc = libc;
        this.isDirectChild = isDirectChild;
    }

    @Override
    public void run() {
        Set<Zombie> zombies = new HashSet<>();
        for (ProcessEntry entry : table.withoutMarks()) {
            if (!entry.isZombie() || entry.parent() != table.ownPid()) continue;
            if (isDirectChild.test(entry.pid())) continue;
            var zombie = new Zombie(entry.pid(), entry.startTicks());
            if (!seen.contains(zombie) || !libc.reap(entry.pid())) zombies.add(zombie);
        }
        seen = zombies;
    }
}
