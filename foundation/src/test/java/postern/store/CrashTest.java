package postern.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Another process writes: it is killed, or its disk is full. */
@Timeout(180)
class CrashTest {
    private static final String ANSWERED = "answered ";
    @TempDir Path folder;
    private static final String JAVA = Path.of(System.getProperty("java.home"), "bin/java") + "";

    private Path file() throws Exception {
        Path file = folder.resolve("postern.db");
        try (Database database = Database.open(file)) {
            database.write(tx ->
                    tx.update(
                            "create table if not exists entry"
                                    + " (n integer primary key, note text not null)"));
        }
        return file;
    }

    private Process writer(Path file, long from) throws Exception {
        List<String> command =
                List.of(
                        JAVA,
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledWriter.class.getName(),
                        file.toString(),
                        Long.toString(from));
        Path log = folder.resolve("stderr");
        return new ProcessBuilder(command).redirectError(log.toFile()).start();
    }

    private static Set<Long> numbers(Path file) throws Exception {
        try (Database database = Database.open(file)) {
            return new HashSet<>(
                    database.read(tx -> tx.all("select n from entry", row -> row.getLong(1))));
        }
    }

    /** The next answered number, or empty when the writer has ended. */
    private static Optional<Long> answer(BufferedReader lines) throws Exception {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(ANSWERED)) {
                return Optional.of(Long.parseLong(line.substring(ANSWERED.length())));
            }
        }
        return Optional.empty();
    }

    @Test
    void a_write_that_has_returned_survives_kill_9() throws Exception {
        Path file = file();
        Set<Long> answered = new HashSet<>();
        for (int round = 0; round < 5; round++) {
            long from = 1_000_000_000L * (round + 1);
            Process child = writer(file, from);
            try (BufferedReader lines = child.inputReader()) {
                int until = 50 * (round * round * 4 + 1);
                for (int i = 0; i < until; i++) answered.add(answer(lines).orElseThrow());
                assertTrue(child.toHandle().destroyForcibly()); // leaves the pipe to be read
                // a number that was cut off in the pipe is a shorter one, which is not of this
                // round
                for (var more = answer(lines); more.isPresent(); more = answer(lines)) {
                    if (more.get() >= from) answered.add(more.get());
                }
            } finally {
                child.destroyForcibly().waitFor();
            }
            Set<Long> kept = numbers(file);
            assertTrue(kept.containsAll(answered), () -> "missing after a kill");
        }
        assertTrue(answered.size() > 1_000);
    }

    @Test
    void a_full_disk_loses_nothing_that_was_answered_and_writing_goes_on_with_space()
            throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/prlimit")), "needs prlimit");
        Path file = file();
        Process child = writer(file, 0);
        try (BufferedReader lines = child.inputReader()) {
            Set<Long> answered = new HashSet<>();
            for (int i = 0; i < 20; i++) answered.add(answer(lines).orElseThrow());
            limitFiles(child, "500000:unlimited");
            String line = lines.readLine();
            for (; !"unavailable".equals(line); line = lines.readLine()) {
                if (line.startsWith(ANSWERED)) {
                    answered.add(Long.parseLong(line.substring(ANSWERED.length())));
                }
            }
            limitFiles(child, "unlimited");
            for (int i = 0; i < 500; i++) answered.add(answer(lines).orElseThrow());
            child.destroyForcibly().waitFor();
            assertTrue(numbers(file).containsAll(answered));
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    private static void limitFiles(Process process, String bytes) throws Exception {
        String pid = Long.toString(process.pid());
        var command = new ProcessBuilder("/usr/bin/prlimit", "--fsize=" + bytes, "--pid", pid);
        assertEquals(0, command.inheritIO().start().waitFor());
    }
}
