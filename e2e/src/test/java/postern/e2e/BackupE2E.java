package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import postern.testkit.forgejo.ForgejoDoubleOptions;
import postern.testkit.http.RawAnswer;
import postern.testkit.secrets.SecretSearch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** Design section 8: a backup of a running server, and what comes back from one. */
class BackupE2E {
    private static final int MAX_STEPS = 20;

    private static Installation fixture() throws IOException, InterruptedException {
        return Installation.withFixture(ForgejoDoubleOptions.standard(), Map.of());
    }

    private static void stop(Installation installation) {
        installation.postern().terminate();
        Await.until("ended", Duration.ofSeconds(5), () -> !installation.postern().isAlive());
    }

    private static long number(Path database, String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.getLong(1);
        }
    }

    /** A browser that is signed in and an approval, both ended since in the running server. */
    private static void signInAndApprove(Path file) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(
                    "insert into account_session (id_hash, person_id, created_at, last_used_at,"
                            + " expires_at, mac) values (x'01', 1, 1, 1, 9999999999999, x'02')");
            statement.executeUpdate(
                    "insert into account_sign_in (state_hash, browser_hash, upstream_verifier,"
                            + " expires_at) values (x'01', x'02', x'03', 9999999999999)");
            statement.executeUpdate(
                    "insert into remembered_approval (id, person_id, client_id, redirect_uri,"
                            + " resource, scope, created_at, last_used_at, mac)"
                            + " values ('a', 1, 'c', 'https://x', 'r', 's', 1, 1, x'04')");
        }
    }

    private static Path database(Installation installation) {
        return installation.folder().resolve("data/postern.db");
    }

    @Test
    void a_backup_of_a_server_at_work_is_whole_and_holds_no_key() throws Exception {
        try (Installation installation = fixture()) {
            SignedIn alice = installation.signIn("alice");
            Path file = installation.folder().resolve("backup.db");
            var running = new AtomicBoolean(true);
            Thread load =
                    Thread.ofPlatform()
                            .start(() -> {
                                SignedIn grant = alice;
                                while (running.get()) {
                                    try {
                                        grant =
                                                new SignedIn(
                                                        grant.endpoint(),
                                                        grant.login(),
                                                        grant.discovery(),
                                                        grant.client(),
                                                        postern.testkit.oauth.Tokens.of(
                                                                grant.refresh()));
                                    } catch (IOException stopped) {
                                        return;
                                    }
                                }
                            });
            String told = Cli.ok(installation, "backup", file.toString());
            running.set(false);
            load.join();
            assertTrue(told.contains("people 1, registered clients 1, live grants 1"), told);
            assertTrue(told.contains("master.key"), told);
            assertEquals(
                    PosixFilePermissions.fromString("rw-------"),
                    Files.getPosixFilePermissions(file));
            byte[] key =
                    Base64.getDecoder()
                            .decode(
                                    Files.readString(
                                                    installation
                                                            .folder()
                                                            .resolve("keys/master.key"))
                                            .strip());
            assertEquals(List.of(), new SecretSearch().add("master key", key).in(file));
            byte[] before = Files.readAllBytes(file);
            String refused = Cli.run(installation, "backup", file.toString()).refusal();
            assertTrue(refused.contains("--replace"), refused);
            assertTrue(java.util.Arrays.equals(before, Files.readAllBytes(file)));
            Cli.ok(installation, "backup", file.toString(), "--replace");
            try (Stream<Path> files = Files.list(installation.folder())) {
                assertTrue(files.noneMatch(f -> f.toString().contains("unfinished")));
            }
        }
    }

    @Test
    void a_full_disk_is_one_line_and_leaves_no_half_file() throws Exception {
        Path limit = Path.of("/usr/bin/prlimit");
        assertTrue(Files.isExecutable(limit), "needs prlimit of util-linux");
        try (Installation installation = fixture()) {
            installation.signIn("alice");
            Path file = installation.folder().resolve("backup.db");
            var builder =
                    new ProcessBuilder(
                            limit.toString(),
                            "--fsize=60000",
                            postern.testkit.program.PosternProcess.packagedProgram().toString(),
                            "backup",
                            file.toString());
            builder.environment().putAll(installation.environment());
            Path errors = installation.folder().resolve("errors");
            Process process = builder.redirectError(errors.toFile()).start();
            assertEquals(1, process.waitFor());
            String line = Files.readString(errors);
            assertEquals(1, line.lines().count(), line);
            assertTrue(line.contains("no space"), line);
            try (Stream<Path> files = Files.list(installation.folder())) {
                assertTrue(files.noneMatch(f -> f.toString().contains("backup")));
            }
        }
    }

    @Test
    void a_restored_backup_keeps_clients_and_ends_every_grant() throws Exception {
        try (Installation installation = fixture()) {
            SignedIn alice = installation.signIn("alice");
            Path file = installation.folder().resolve("backup.db");
            Cli.ok(installation, "backup", file.toString());
            String refused = Cli.run(installation, "restore", file.toString()).refusal();
            assertTrue(refused.contains("another Postern is running"), refused);
            SignedIn bob = installation.signIn("bob");
            stop(installation);
            signInAndApprove(file);
            String told = Cli.ok(installation, "restore", file.toString());
            Figures.print("restore", told.strip());
            for (String table :
                    List.of(
                            "authorization_code",
                            "access_token",
                            "refresh_token",
                            "upstream_token_set",
                            "upstream_key",
                            "upstream_refresh",
                            "upstream_sign_in",
                            "authorization_transaction",
                            "account_session",
                            "account_sign_in",
                            "remembered_approval",
                            "sign_in_code",
                            "sign_in_ticket")) {
                assertEquals(
                        0, number(database(installation), "select count(*) from " + table), table);
            }
            assertEquals(
                    1,
                    number(
                            database(installation),
                            "select count(*) from access_grant where end_reason = 'RESTORED'"));
            installation.startAgain();
            RawAnswer answer = alice.refresh();
            assertEquals(400, answer.status());
            assertEquals("invalid_grant", answer.json().path("error").asText());
            assertEquals(401, bob.refresh().status(), "registered after the backup");
            installation.signIn("alice").openSession().close();
        }
    }

    @Test
    void what_is_no_backup_of_this_server_is_refused_and_nothing_changes() throws Exception {
        try (Installation installation = fixture()) {
            installation.signIn("alice");
            Path good = installation.folder().resolve("backup.db");
            Cli.ok(installation, "backup", good.toString());
            stop(installation);
            byte[] before = Files.readAllBytes(database(installation));
            byte[] bytes = Files.readAllBytes(good);
            Path bad = installation.folder().resolve("bad.db");

            Files.writeString(bad, "no database at all\n".repeat(100));
            refused(installation, bad, "not a database");
            Files.write(bad, java.util.Arrays.copyOf(bytes, bytes.length / 2));
            refused(installation, bad, "database");
            byte[] damaged = bytes.clone();
            java.util.Arrays.fill(damaged, 8192, 8192 + 4096 * 4, (byte) 0xa5);
            Files.write(bad, damaged);
            refused(installation, bad, "damaged");
            Files.write(bad, new byte[0]);
            refused(installation, bad, "database");
            Files.write(bad, bytes);
            try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + bad);
                    Statement statement = connection.createStatement()) {
                statement.executeUpdate(
                        "insert into flyway_schema_history select max(installed_rank) + 1, '9999',"
                                + " 'future', 'SQL', 'V9999__future.sql', 1, 'x',"
                                + " '2027-01-01 00:00:00', 1, 1 from flyway_schema_history");
            }
            refused(installation, bad, "newer");
            Files.delete(bad);
            refused(installation, bad, "no such file");
            refused(installation, database(installation), "itself");
            Path keys = installation.folder().resolve("keys/master.key");
            String key = Files.readString(keys);
            Files.writeString(keys, "A".repeat(42) + "E=");
            refused(installation, good, "master key");
            Files.writeString(keys, key);
            assertTrue(java.util.Arrays.equals(before, Files.readAllBytes(database(installation))));
            try (Stream<Path> files = Files.list(database(installation).getParent())) {
                assertTrue(files.noneMatch(f -> f.toString().contains("restor")), "nothing left");
            }
        }
    }

    private static void refused(Installation installation, Path file, String word)
            throws Exception {
        String line = Cli.run(installation, "restore", file.toString()).refusal();
        assertTrue(line.contains(word), word + " in: " + line);
    }

    @Test
    void a_restore_killed_after_any_step_leaves_the_old_or_the_new_database() throws Exception {
        try (Installation installation = fixture()) {
            installation.signIn("alice");
            Path file = installation.folder().resolve("backup.db");
            Cli.ok(installation, "backup", file.toString());
            String reached = "-";
            int step = 0;
            for (; !reached.isEmpty() && step < MAX_STEPS; step++) {
                // the state before: one live grant more than in the backup, its log not folded in
                SignedIn bob = installation.signIn("bob");
                installation.postern().kill();
                Await.until(
                        "killed", Duration.ofSeconds(5), () -> !installation.postern().isAlive());
                reached = HaltedCommand.run(installation, step + 1, "restore", file.toString());
                installation.startAgain();
                assertFalse(
                        Files.exists(database(installation).resolveSibling("postern.db.restoring")),
                        reached);
                int status = bob.refresh().status();
                boolean isOld = status == 200;
                boolean isNew = status == 401;
                assertTrue(isOld || isNew, reached + ": " + status);
                boolean committed =
                        reached.isEmpty()
                                || List.of(
                                                "the copy counts",
                                                "the former database has taken in its log",
                                                "the former log is away",
                                                "the former database is kept",
                                                "nothing lies beside the database",
                                                "the copy is in place")
                                        .contains(reached);
                assertEquals(committed, isNew, reached);
                Figures.print("restore killed after", reached + (isNew ? ": new" : ": old"));
            }
            assertNotEquals(MAX_STEPS, step);
        }
    }
}
