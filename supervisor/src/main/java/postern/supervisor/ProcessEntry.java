package postern.supervisor;

import java.util.Optional;

/**
 * One line of the process table.
 *
 * @param startTicks since boot; with the pid it names a process for all time
 * @param mark value of {@link ProcessMark#VARIABLE}, empty when none or not readable
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">proc_pid_stat(5)</a>
 */
record ProcessEntry(
        long pid,
        long parent,
        long session,
        char state,
        long threads,
        long startTicks,
        String mark) {

    /** From the text of a /proc/…/stat file; empty when it is not one. */
    static Optional<ProcessEntry> parse(String stat) {
        int open = stat.indexOf(" (");
        int close = stat.lastIndexOf(") "); // the program's name may itself hold ") "
        if (open < 0 || close < open) return Optional.empty();
        String[] fields = stat.substring(close + 2).split(" ", -1);
        if (fields.length < 20) return Optional.empty();
        return Optional.of(
                new ProcessEntry(
                        Long.parseLong(stat.substring(0, open)),
                        Long.parseLong(fields[1]),
                        Long.parseLong(fields[3]),
                        fields[0].charAt(0),
                        Long.parseLong(fields[17]),
                        Long.parseLong(fields[19]),
                        ""));
    }

    ProcessEntry withMark(String newMark) {
        return new ProcessEntry(pid, parent, session, state, threads, startTicks, newMark);
    }

    /** Dead, and waiting for its parent to notice; not when only its first thread has ended. */
    boolean isZombie() {
        return state == 'X' || state == 'Z' && threads <= 1;
    }
}
