package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import postern.testkit.program.PosternProcess;
import postern.testkit.program.Readiness;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Starts that must not succeed: a status that is not 0, one line that says what to do, and no file
 * touched.
 */
class RefusedStartE2E {
    private static final Duration REFUSED_WITHIN = Duration.ofSeconds(10);

    @TempDir Path folder;

    /** Data and key as a first start leaves them. */
    @BeforeEach
    void startAndStop() throws IOException, InterruptedException {
        try (PosternProcess postern =
                PosternProcess.start(settings().withReadiness(Readiness.readyLine()))) {
            postern.terminate();
            assertTrue(postern.awaitExit(Duration.ofSeconds(3)).isPresent());
        }
    }

    @Test
    void port_in_use() throws Exception {
        try (ServerSocket taken = Ports.taken()) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            refused(Map.of("POSTERN_LISTEN", address), address, "POSTERN_LISTEN");
        }
    }

    @Test
    void data_folder_is_a_file() throws Exception {
        Path file = Files.createFile(folder.resolve("a-file"));
        refused(Map.of("POSTERN_DATA_DIR", file.toString()), file.toString(), "POSTERN_DATA_DIR");
    }

    /** Not even an administrator can write there. */
    @Test
    void data_folder_is_not_writable() throws Exception {
        refused(Map.of("POSTERN_DATA_DIR", "/proc"), "/proc", "POSTERN_DATA_DIR");
    }

    @Test
    void another_server_runs_on_the_data() throws Exception {
        try (PosternProcess first =
                PosternProcess.start(settings().withReadiness(Readiness.readyLine()))) {
            String line = refusedLine(Map.of());
            assertTrue(line.contains(data().toString()), line);
            assertTrue(first.isAlive());
        }
    }

    @Test
    void database_is_garbage() throws Exception {
        Files.write(database(), "this is no database\n".repeat(400).getBytes(UTF_8));
        refused(Map.of(), database().toString());
    }

    @Test
    void database_is_damaged_in_the_middle() throws Exception {
        byte[] bytes = Files.readAllBytes(database());
        Arrays.fill(bytes, 4096, Math.min(bytes.length, 4096 * 6), (byte) 0xa5);
        Files.write(database(), bytes);
        refused(Map.of(), database().toString());
    }

    @Test
    void database_is_newer() throws Exception {
        sql(
                "insert into flyway_schema_history select max(installed_rank) + 1, '9999',"
                        + " 'from the future', 'SQL', 'V9999__future.sql', 1, 'somebody',"
                        + " '2027-01-01 00:00:00', 1, 1 from flyway_schema_history");
        refused(Map.of(), database().toString(), "newer", "9999");
    }

    @Test
    void master_key_is_another_one() throws Exception {
        var other = new byte[32];
        Arrays.fill(other, (byte) 7);
        other[0] = 1;
        refused(Map.of("POSTERN_MASTER_KEY", Base64.getEncoder().encodeToString(other)), "key");
    }

    @Test
    void master_key_file_was_lost_and_would_be_made_anew() throws Exception {
        Files.delete(folder.resolve("keys/master.key"));
        refused(Map.of(), "key");
    }

    @Test
    void master_key_file_can_be_read_by_others() throws Exception {
        Files.setPosixFilePermissions(
                folder.resolve("keys/master.key"), PosixFilePermissions.fromString("rw-r--r--"));
        refused(Map.of(), "master.key");
    }

    private void refused(Map<String, String> changes, String... words) throws Exception {
        Map<String, String> before = files();
        String line = refusedLine(changes);
        for (String word : words) assertTrue(line.contains(word), word + " in: " + line);
        assertEquals(before, files(), "no file touched");
    }

    /** Starts, wants a refusal, and returns its only line. */
    private String refusedLine(Map<String, String> changes)
            throws IOException, InterruptedException {
        try (PosternProcess postern = PosternProcess.launch(settings().withEnvironment(changes))) {
            OptionalInt status = postern.awaitExit(REFUSED_WITHIN);
            assertTrue(status.isPresent(), () -> "still runs: " + postern.stdout());
            assertNotEquals(0, status.getAsInt());
            assertEquals("", postern.stdout(), "nothing on standard output");
            assertEquals(1, postern.stderr().lines().count(), postern.stderr());
            assertTrue(postern.stderr().startsWith("postern: "), postern.stderr());
            return postern.stderr().strip();
        }
    }

    private PosternProcess.Settings settings() {
        return PosternProcess.Settings.standard()
                .withArguments("serve")
                .withFolder(folder)
                .withEnvironment(
                        Map.of(
                                "POSTERN_DATA_DIR", data().toString(),
                                "POSTERN_KEY_DIR", folder.resolve("keys").toString()));
    }

    private Path data() {
        return folder.resolve("data");
    }

    private Path database() {
        return data().resolve("postern.db");
    }

    private void sql(String statement) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database());
                Statement prepared = connection.createStatement()) {
            prepared.executeUpdate(statement);
        }
    }

    /** All files with a hash of their content. */
    private Map<String, String> files() throws Exception {
        var digest = java.security.MessageDigest.getInstance("SHA-256");
        var found = new TreeMap<String, String>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                byte[] hash = digest.digest(Files.readAllBytes(file));
                found.put(folder.relativize(file).toString(), HexFormat.of().formatHex(hash));
            }
        }
        return found;
    }
}
