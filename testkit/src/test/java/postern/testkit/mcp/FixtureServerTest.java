package postern.testkit.mcp;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.util.concurrent.CompletableFuture.supplyAsync;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.Test;

import postern.testkit.forgejo.ForgejoDouble;
import postern.testkit.forgejo.ForgejoDoubleOptions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The fixture over pipes: its tools, and the habits of its modes. */
class FixtureServerTest {
    @Test
    void a_normal_server_negotiates_lists_and_calls() throws Exception {
        try (FixtureRun run = FixtureRun.with()) {
            run.request(1, "initialize", "{\"protocolVersion\":\"2025-06-18\"}");
            assertEquals(
                    "2025-06-18", run.message().path("result").path("protocolVersion").asText());
            run.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
            run.request(2, "tools/list", "{}");
            assertTrue(run.line().contains("\"ask-client\""));
            run.call(3, "add", "{\"a\":2,\"b\":40}");
            assertEquals("42", run.text());
            run.call(4, "nothing", "{}");
            assertEquals(-32602, run.message().path("error").path("code").asInt());
            run.request(5, "prompts/list", "{}");
            assertEquals(-32601, run.message().path("error").path("code").asInt());
            run.endStdin();
            assertTrue(run.exitsWithin(10));
            assertEquals(0, run.process.exitValue());
        }
    }

    @Test
    void whoami_tells_the_named_variables_only() throws Exception {
        var command = FixtureServer.command("--identity-env", "WHO");
        try (var run = new FixtureRun(command, Map.of("WHO", "alice", "OTHER", "x"))) {
            run.call(1, "whoami", "{}");
            String text = run.text();
            assertTrue(text.contains("\"WHO\":\"alice\""));
            assertFalse(text.contains("OTHER"));
            assertTrue(text.contains("\"pid\":" + run.process.pid()));
        }
    }

    @Test
    void forgejo_user_calls_the_forge_with_the_token_of_the_environment() throws Exception {
        try (var forge = ForgejoDouble.start(ForgejoDoubleOptions.standard())) {
            forge.addUser("alice", "pw");
            Map<String, String> environment =
                    Map.of(
                            "FORGEJO_URL",
                            forge.address().toString(),
                            "FORGEJO_ACCESS_TOKEN",
                            forge.addPersonalToken("alice", "read:user"));
            try (var run = new FixtureRun(FixtureServer.command(), environment)) {
                run.call(1, "forgejo-user", "{}");
                String text = run.text();
                assertTrue(text.startsWith("200 "), text);
                assertTrue(text.contains("\"login\":\"alice\""), text);
            }
        }
    }

    @Test
    void progress_comes_before_the_answer_and_a_cancelled_call_has_none() throws Exception {
        try (FixtureRun run = FixtureRun.with()) {
            run.request(
                    1,
                    "tools/call",
                    "{\"name\":\"progress\",\"arguments\":{\"n\":2},"
                            + "\"_meta\":{\"progressToken\":\"p\"}}");
            assertEquals(1, run.message().path("params").path("progress").asInt());
            assertEquals(2, run.message().path("params").path("progress").asInt());
            assertEquals("done after 2", run.text());
            run.call(2, "slow", "{\"ms\":60000}");
            run.send(
                    "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\","
                            + "\"params\":{\"requestId\":2}}");
            run.endStdin();
            assertNull(run.line());
        }
    }

    @Test
    void reverse_answers_out_of_order() throws Exception {
        try (FixtureRun run = FixtureRun.with()) {
            run.call(1, "reverse", "{\"of\":2}");
            run.request(2, "ping", "{}");
            assertEquals(2, run.message().path("id").asInt());
            run.call(3, "reverse", "{\"of\":2}");
            assertEquals(3, run.message().path("id").asInt());
            assertEquals(1, run.message().path("id").asInt());
        }
    }

    @Test
    void ask_client_returns_what_the_client_answered() throws Exception {
        try (FixtureRun run = FixtureRun.with()) {
            run.call(1, "ask-client", "{\"method\":\"roots/list\"}");
            JsonNode question = run.message();
            assertEquals("roots/list", question.path("method").asText());
            run.send(
                    "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{\"roots\":[]}}"
                            .formatted(question.get("id")));
            assertTrue(run.text().contains("\"roots\":[]"));
        }
    }

    @Test
    void running_calls_are_answered_after_the_end_of_stdin() throws Exception {
        try (FixtureRun run = FixtureRun.with()) {
            run.call(1, "slow", "{\"ms\":300}");
            run.endStdin();
            assertEquals("done", run.text());
            assertTrue(run.exitsWithin(10));
        }
    }

    @Test
    void crash_and_exit_end_the_process_without_an_answer() throws Exception {
        try (FixtureRun run = FixtureRun.with()) {
            run.call(1, "crash", "{}");
            assertNull(run.line());
            assertTrue(run.exitsWithin(10));
            assertEquals(134, run.process.exitValue());
        }
    }

    @Test
    void spawn_daemon_leaves_a_process_that_is_no_descendant() throws Exception {
        try (FixtureRun run = FixtureRun.with()) {
            run.call(1, "spawn-daemon", "{}");
            ProcessHandle daemon = ProcessHandle.of(Long.parseLong(run.text())).orElseThrow();
            try {
                assertTrue(run.process.descendants().noneMatch(daemon::equals));
                run.process.destroyForcibly();
                assertTrue(run.exitsWithin(10));
                assertTrue(daemon.isAlive());
            } finally {
                daemon.destroyForcibly();
            }
        }
    }

    @Test
    void bad_habits_of_output_are_lines_around_the_answer() throws Exception {
        try (FixtureRun run = FixtureRun.with(FixtureMode.DUPLICATE_ANSWERS)) {
            run.request(1, "ping", "{}");
            assertEquals(run.line(), run.line());
        }
        try (FixtureRun run = FixtureRun.with(FixtureMode.ANSWERS_UNKNOWN_IDS)) {
            run.request(1, "ping", "{}");
            assertEquals("nobody-asked", run.message().path("id").asText());
            assertEquals(1, run.message().path("id").asInt());
        }
        try (FixtureRun run = FixtureRun.with(FixtureMode.GARBAGE_ON_STDOUT)) {
            run.request(1, "ping", "{}");
            assertThrows(IOException.class, run::message);
        }
    }

    @Test
    void bad_habits_of_life_hold_until_the_next_stronger_signal() throws Exception {
        try (FixtureRun run = FixtureRun.with(FixtureMode.EXITS_AT_START)) {
            assertTrue(run.exitsWithin(10));
            assertEquals(3, run.process.exitValue());
        }
        FixtureMode[] stubborn = {FixtureMode.IGNORES_STDIN_END, FixtureMode.IGNORES_SIGTERM};
        try (FixtureRun run = FixtureRun.with(stubborn)) {
            run.request(1, "ping", "{}");
            run.line();
            run.endStdin();
            run.process.destroy();
            await().during(Duration.ofMillis(300)).until(run.process::isAlive);
            run.process.destroyForcibly();
            assertTrue(run.exitsWithin(10));
        }
    }

    @Test
    void a_server_that_never_answers_still_ends_with_stdin() throws Exception {
        try (FixtureRun run = FixtureRun.with(FixtureMode.NEVER_ANSWERS)) {
            run.request(1, "ping", "{}");
            CompletableFuture<String> line = supplyAsync(() -> lineOf(run));
            await().during(Duration.ofMillis(200)).until(() -> !line.isDone());
            run.endStdin();
            assertTrue(run.exitsWithin(10));
            assertNull(line.join());
        }
    }

    private static String lineOf(FixtureRun run) {
        try {
            return run.line();
        } catch (IOException closed) {
            throw new UncheckedIOException(closed);
        }
    }
}
