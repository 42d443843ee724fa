package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import org.junit.jupiter.api.Test;

import postern.testkit.forgejo.ForgejoDoubleOptions;
import postern.testkit.http.RawAnswer;
import postern.testkit.mcp.McpClient;
import postern.testkit.oauth.Tokens;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/** Design section 8 and oauth-rules section 5, number 8: the master key changes under load. */
class KeyRotationE2E {
    private static final int STEPS = 6;

    private static Installation fixture() throws IOException, InterruptedException {
        return Installation.withFixture(ForgejoDoubleOptions.standard(), Map.of());
    }

    private static SignedIn with(SignedIn grant, RawAnswer refreshed) {
        return new SignedIn(
                grant.endpoint(),
                grant.login(),
                grant.discovery(),
                grant.client(),
                Tokens.of(refreshed));
    }

    private static List<String> ids(Installation installation) throws Exception {
        return Pattern.compile("(?m)^  ([0-9a-f]{8})  (seals|opens)")
                .matcher(Cli.ok(installation, "keys", "status"))
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private static Path keyFile(Installation installation) {
        return installation.folder().resolve("keys/master.key");
    }

    /** Another kind of request, and a look-up that finds nothing. */
    private static int unknownToken(Installation installation) throws IOException {
        try (McpClient nobody = McpClient.of(installation.endpoint(), "ptn_at_unknown")) {
            return nobody.initialize(SignedIn.VERSION).status();
        }
    }

    @Test
    void no_request_fails_while_the_key_is_rotated_under_load() throws Exception {
        try (Installation installation = fixture();
                var workers = Executors.newFixedThreadPool(5)) {
            var running = new AtomicBoolean(true);
            var requests = new AtomicInteger();
            var signIns = new AtomicInteger();
            Queue<String> failures = new ConcurrentLinkedQueue<>();
            SignedIn refreshing = installation.signIn("alice");
            SignedIn calling = installation.signIn("bob");
            interface Load {
                void once() throws Exception;
            }
            var chain = new SignedIn[] {refreshing, installation.signIn("bob")};
            McpClient session = calling.openSession();
            List<Load> loads =
                    List.of(
                            () -> chain[0] = with(chain[0], chain[0].refresh()),
                            () -> chain[1] = with(chain[1], chain[1].refresh()),
                            () ->
                                    assertEquals(
                                            200,
                                            session.request(
                                                            "ping",
                                                            JsonNodeFactory.instance.objectNode())
                                                    .status()),
                            () -> {
                                // not of a chain: a grant keeps its newest access tokens only
                                try (McpClient other = calling.openSession()) {
                                    other.delete();
                                }
                            },
                            () -> {
                                // registrations from one address are limited
                                if (signIns.incrementAndGet() <= 6) installation.signIn("alice");
                                else assertEquals(401, unknownToken(installation));
                            });
            for (Load load : loads) {
                workers.submit(() -> {
                    while (running.get()) {
                        try {
                            load.once();
                            requests.incrementAndGet();
                        } catch (Exception | AssertionError failed) {
                            failures.add(failed.toString());
                            running.set(false);
                        }
                    }
                });
            }
            String before = ids(installation).getFirst();
            for (int rotation = 0; rotation < 3; rotation++) {
                Cli.ok(installation, "keys", "rotate");
            }
            running.set(false);
            workers.shutdown();
            assertTrue(workers.awaitTermination(30, java.util.concurrent.TimeUnit.SECONDS));
            assertEquals(List.of(), List.copyOf(failures), installation::story);
            assertNotEquals(before, ids(installation).getFirst());
            Figures.print("answers during 3 rotations, none failed", requests + "");
            session.close();
        }
    }

    @Test
    void a_rotation_that_is_killed_after_any_step_is_finished_by_a_second_run() throws Exception {
        try (Installation installation = fixture()) {
            SignedIn alice = installation.signIn("alice");
            for (int step = 1; step <= STEPS; step++) {
                String last = ids(installation).getFirst();
                String reached = HaltedCommand.run(installation, step, "keys", "rotate");
                assertNotEquals("", reached, "step " + step);
                alice = with(alice, alice.refresh());
                Cli.ok(installation, "keys", "rotate");
                String status = Cli.ok(installation, "keys", "status");
                assertFalse(status.contains("cut off"), status);
                assertNotEquals(last, ids(installation).getFirst(), reached);
                alice = with(alice, alice.refresh());
                Figures.print("killed after", reached);
            }
            assertEquals(
                    PosixFilePermissions.fromString("rw-------"),
                    Files.getPosixFilePermissions(keyFile(installation)));
            try (var files = Files.list(keyFile(installation).getParent())) {
                assertEquals(List.of(keyFile(installation)), files.toList());
            }
            installation.postern().kill();
            Await.until("killed", Duration.ofSeconds(5), () -> !installation.postern().isAlive());
            installation.startAgain();
            assertEquals(200, alice.refresh().status());
        }
    }

    @Test
    void a_key_goes_when_nothing_needs_it_and_at_once_by_force_with_a_clean_new_sign_in()
            throws Exception {
        try (Installation installation = fixture()) {
            SignedIn alice = installation.signIn("alice");
            SignedIn bob = installation.signIn("bob");
            String first = ids(installation).getFirst();
            String refused = Cli.run(installation, "keys", "retire", first).refusal();
            assertTrue(refused.contains("rotate"), refused);
            Cli.ok(installation, "keys", "rotate");
            alice = with(alice, alice.refresh());
            refused = Cli.run(installation, "keys", "retire", first).refusal();
            assertTrue(refused.contains("--force"), refused);
            assertEquals(List.of(first), ids(installation).subList(1, 2));
            String done = Cli.ok(installation, "keys", "retire", first, "--force");
            Figures.print("retire --force", done.strip());
            RawAnswer answer = bob.refresh();
            assertEquals(400, answer.status());
            assertEquals("invalid_grant", answer.json().path("error").asText());
            try (McpClient session = McpClient.of(bob.endpoint(), bob.tokens().accessToken())) {
                assertEquals(401, session.initialize(SignedIn.VERSION).status());
            }
            installation.signIn("bob").openSession().close();
            assertEquals(1, ids(installation).size());
            assertTrue(Cli.ok(installation, "keys", "status").contains("nothing to do"));
        }
    }

    @Test
    void a_key_taken_out_of_the_file_by_hand_is_a_new_sign_in_and_never_a_500() throws Exception {
        try (Installation installation = fixture()) {
            SignedIn bob = installation.signIn("bob");
            Cli.ok(installation, "keys", "rotate");
            String text = Files.readString(keyFile(installation));
            Files.writeString(keyFile(installation), text.lines().findFirst().orElseThrow());
            String first = ids(installation).getFirst();
            Await.until(
                    "noticed",
                    Duration.ofSeconds(10),
                    () ->
                            Cli.ok(installation, "keys", "status")
                                    .contains("the server works with: " + first + "\n"));
            RawAnswer answer = bob.refresh();
            assertEquals(400, answer.status(), answer::toString);
            assertEquals("invalid_grant", answer.json().path("error").asText());
            try (McpClient session = McpClient.of(bob.endpoint(), bob.tokens().accessToken())) {
                assertEquals(401, session.initialize(SignedIn.VERSION).status());
            }
            installation.signIn("bob").openSession().close();
        }
    }

    @Test
    void a_key_file_that_cannot_be_used_leaves_the_server_with_the_keys_it_has() throws Exception {
        try (Installation installation = fixture()) {
            SignedIn alice = installation.signIn("alice");
            String good = Files.readString(keyFile(installation));
            for (String bad : List.of("no key at all", randomKey() + "\n", "")) {
                int logged = refusals(installation);
                Files.writeString(keyFile(installation), bad);
                Await.until(
                        "refused", Duration.ofSeconds(10), () -> refusals(installation) > logged);
                alice = with(alice, alice.refresh());
            }
            Files.writeString(keyFile(installation), good);
            Cli.ok(installation, "keys", "rotate");
            alice = with(alice, alice.refresh());
        }
    }

    private static int refusals(Installation installation) {
        return installation.postern().stderr().split("app.keys.refused", -1).length;
    }

    @Test
    void keys_of_a_setting_are_rotated_by_hand_and_sealed_anew_by_the_command() throws Exception {
        String old = randomKey();
        String fresh = randomKey();
        Path folder = Files.createTempDirectory("postern-e2e-");
        Path setting = Files.writeString(folder.resolve("key-setting"), old);
        Files.setPosixFilePermissions(setting, PosixFilePermissions.fromString("rw-------"));
        int port = Ports.free();
        try (Installation installation =
                Installation.start(
                        folder,
                        ForgejoDoubleOptions.standard(),
                        java.net.URI.create("http://127.0.0.1:" + port),
                        port,
                        ServersFile.fixture(folder),
                        Map.of("POSTERN_MASTER_KEY_FILE", setting.toString()))) {
            SignedIn alice = installation.signIn("alice");
            Cli told = Cli.run(installation, "keys", "rotate");
            assertEquals(1, told.status());
            assertTrue(told.stdout().contains("1. make a key"), told.stdout());
            Files.writeString(setting, fresh + " " + old);
            told = Cli.run(installation, "keys", "rotate");
            assertEquals(1, told.status(), told::toString);
            assertTrue(told.stdout().contains("restart"), told.stdout());
            installation.postern().terminate();
            Await.until("ended", Duration.ofSeconds(5), () -> !installation.postern().isAlive());
            installation.startAgain();
            alice = with(alice, alice.refresh());
            String done = Cli.ok(installation, "keys", "rotate");
            assertTrue(done.contains("sealed anew: 2"), done);
            assertTrue(Cli.ok(installation, "keys", "rotate").contains("sealed anew: 0"));
            alice.refresh();
        }
    }

    private static String randomKey() {
        var key = new byte[32];
        new SecureRandom().nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }
}
