package postern.supervisor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What holds children together on this machine, found by trying. Each part that is missing weakens
 * a promise, which {@link #warnings()} names.
 *
 * @param ownSession each child leads a session and process group of its own (tool setsid)
 * @param parentDeathSignal the kernel kills each child when Postern dies (tool setpriv)
 * @param adoptsOrphans descendants that lose their parent become ours (prctl) and are reaped
 */
public record Containment(boolean ownSession, boolean parentDeathSignal, boolean adoptsOrphans) {
    private static final List<String> SESSION = List.of("setsid");
    private static final List<String> DEATH_SIGNAL =
            List.of("setpriv", "--pdeathsig", "KILL", "--");

    /** One line for each part that is not in force; empty when all are. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (!ownSession) {
            warnings.add(
                    "setsid (util-linux) is missing: children share our process group and their"
                            + " descendants are found by their mark and parent only");
        }
        if (!parentDeathSignal) {
            warnings.add(
                    "setpriv --pdeathsig (util-linux) is missing: after a kill -9 of Postern its"
                            + " children live until the next start");
        }
        if (!adoptsOrphans) {
            warnings.add(
                    "native access is denied (--enable-native-access): orphans of children go to"
                            + " PID 1, which must reap them");
        }
        return List.copyOf(warnings);
    }

    /** What goes before a child's own command. Every word of it ends in exec, so the pid stays. */
    List<String> prefix() {
        return prefix(ownSession, parentDeathSignal);
    }

    private static List<String> prefix(boolean session, boolean deathSignal) {
        List<String> words = new ArrayList<>();
        if (session) words.addAll(SESSION);
        if (deathSignal) words.addAll(DEATH_SIGNAL);
        return words;
    }

    static Containment probe(Optional<Libc> libc, String path) {
        boolean adopts = libc.map(Libc::becomeSubreaper).orElse(false);
        if (works(true, true, path)) return new Containment(true, true, adopts);
        return new Containment(works(true, false, path), works(false, true, path), adopts);
    }

    /**
     * Tools of the same name differ (busybox), so they are run once and the result is looked at.
     */
    private static boolean works(boolean session, boolean deathSignal, String path) {
        List<String> words = prefix(session, deathSignal);
        words.addAll(List.of("cat", "/proc/self/stat"));
        try {
            ProcessBuilder builder = new ProcessBuilder(ProgramLookup.resolveFirst(words, path));
            builder.environment().clear();
            builder.environment().put("PATH", path);
            builder.redirectError(ProcessBuilder.Redirect.DISCARD);
            Process process = builder.start();
            try {
                process.getOutputStream().close();
                if (!process.waitFor(5, TimeUnit.SECONDS)) return false;
                byte[] stat = process.getInputStream().readAllBytes();
                return process.exitValue() == 0 && isItself(stat, process.pid(), session);
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException | LaunchFailed missing) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static boolean isItself(byte[] stat, long pid, boolean session) {
        Optional<ProcessEntry> entry =
                ProcessEntry.parse(new String(stat, StandardCharsets.ISO_8859_1));
        return entry.isPresent()
                && entry.get().pid() == pid
                && (!session || entry.get().session() == pid);
    }
}
