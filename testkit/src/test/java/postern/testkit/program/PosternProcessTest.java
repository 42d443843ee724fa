package postern.testkit.program;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import postern.testkit.forgejo.ForgejoDoubleMain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Programs as processes, with a shell script in the place of the packaged program. */
class PosternProcessTest {
    @TempDir private Path folder;

    private PosternProcess.Settings script(String text) throws IOException {
        Path program = folder.resolve("program");
        Files.writeString(program, "#!/bin/sh\n" + text);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return PosternProcess.Settings.standard()
                .withProgram(program)
                .withReadiness(Readiness.readyLine());
    }

    @Test
    void a_started_program_shows_address_output_and_descendants_and_leaves_nothing()
            throws Exception {
        PosternProcess.Settings settings =
                script(
                                """
                                echo "about $WHO" >&2
                                sleep 600 &
                                echo "ready at http://127.0.0.1:12345"
                                wait
                                """)
                        .withEnvironment(Map.of("WHO", "alice"));
        Path own;
        ProcessHandle child;
        try (PosternProcess program = PosternProcess.start(settings)) {
            assertEquals("http://127.0.0.1:12345", program.url().toString());
            await().until(() -> program.stderr().equals("about alice\n"));
            child = program.descendants().getFirst();
            own = program.folder();
            program.kill();
            assertTrue(program.awaitExit(Duration.ofSeconds(5)).isPresent());
            assertTrue(program.survivors().contains(child));
        }
        await().until(() -> !child.isAlive());
        assertFalse(Files.exists(own));
    }

    @Test
    void sigterm_gives_the_exit_status() throws Exception {
        String text =
                "trap 'exit 7' TERM\necho 'ready http://127.0.0.1:1'\nwhile :; do sleep 1; done";
        try (PosternProcess program = PosternProcess.start(script(text))) {
            program.terminate();
            assertEquals(7, program.awaitExit(Duration.ofSeconds(10)).orElseThrow());
        }
    }

    @Test
    void a_program_that_exits_before_it_is_ready_is_reported_with_its_output() throws Exception {
        PosternProcess.Settings settings = script("echo 'no master key' >&2\nexit 4\n");
        IOException failed = assertThrows(IOException.class, () -> PosternProcess.start(settings));
        assertTrue(failed.getMessage().contains("exited with 4"));
        assertTrue(failed.getMessage().contains("no master key"));
    }

    @Test
    void the_double_as_a_process_prints_one_json_line_and_ends_with_stdin() throws Exception {
        Process process =
                new ProcessBuilder(
                                JavaProgram.command(
                                        ForgejoDoubleMain.class,
                                        "--user",
                                        "alice:pw",
                                        "--app",
                                        "broker,http://127.0.0.1:1/cb",
                                        "--access-token-lifetime",
                                        "5s",
                                        "--until-stdin-ends"))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (var lines = process.inputReader()) {
            var line = new ObjectMapper().readTree(lines.readLine());
            assertTrue(line.path("url").asText().startsWith("http://127.0.0.1:"));
            assertTrue(line.path("client_secret").asText().startsWith("gto_"));
            process.getOutputStream().close();
            assertTrue(process.waitFor(10, TimeUnit.SECONDS));
            assertEquals(0, process.exitValue());
        } finally {
            process.destroyForcibly();
        }
    }
}
