package postern.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Another process writes: it is killed, or its disk is full. */
@Timeout(180)
class CrashTest {
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

    private Process writer(Path file, long from, List<String> before) throws Exception {
        List<String> command = new ArrayList<>(before);
        command.addAll(
                List.of(
                        JAVA,
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledWriter.class.getName(),
                        file.toString(),
                        Long.toString(from)));
        Path log = folder.resolve("stderr");
        return new ProcessBuilder(command).redirectError(log.toFile()).start();
    }

    private static Set<Long> numbers(Path file) throws Exception {
        try (Database database = Database.open(file)) {
            return new HashSet<>(
                    database.read(tx -> tx.all("select n from entry", row -> row.getLong(1))));
        }
    }

    private static String number(BufferedReader lines) throws Exception {
        while (true) {
            String line = lines.readLine();
            if (line == null || Character.isDigit(line.charAt(0))) return line;
        }
    }

    @Test
    void a_write_that_has_returned_survives_kill_9() throws Exception {
        Path file = file();
        Set<Long> answered = new HashSet<>();
        for (int round = 0; round < 5; round++) {
            Process child = writer(file, round * 1_000_000_000L, List.of());
            try (BufferedReader lines = child.inputReader()) {
                int until = 50 * (round * round * 4 + 1);
                for (int i = 0; i < until; i++) {
                    String line = number(lines);
                    assertNotNull(line, () -> "ended: " + folder.resolve("stderr"));
                    answered.add(Long.parseLong(line));
                }
                child.destroyForcibly();
                for (String line = number(lines); line != null; line = number(lines)) {
                    // the last line may have been cut off in the pipe: a shorter number is one
                    // that was answered before, or one of another round
                    if (line.length() == String.valueOf(round * 1_000_000_000L).length()) {
                        answered.add(Long.parseLong(line));
                    }
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
        Process child = writer(file, 0, List.of("/usr/bin/prlimit", "--fsize=600000:unlimited"));
        try (BufferedReader lines = child.inputReader()) {
            Set<Long> answered = new HashSet<>();
            String line = lines.readLine();
            while (!"unavailable".equals(line)) {
                assertNotNull(line);
                answered.add(Long.parseLong(line));
                line = lines.readLine();
            }
            Process more =
                    new ProcessBuilder(
                                    "/usr/bin/prlimit",
                                    "--fsize=unlimited",
                                    "--pid",
                                    Long.toString(child.pid()))
                            .inheritIO()
                            .start();
            assertEquals(0, more.waitFor());
            for (int i = 0; i < 500; i++) answered.add(Long.parseLong(number(lines)));
            child.destroyForcibly().waitFor();
            assertTrue(answered.size() > 500);
            assertTrue(numbers(file).containsAll(answered));
        } finally {
            child.destroyForcibly().waitFor();
        }
    }
}
