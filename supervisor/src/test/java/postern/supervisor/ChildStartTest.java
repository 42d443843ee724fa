package postern.supervisor;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import postern.core.Secret;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** How a child comes to life, or does not. */
class ChildStartTest extends ChildTest {
    @Test
    void everything_is_in_force_where_the_tests_run() {
        assertEquals(List.of(), supervisor.containment().warnings());
    }

    @Test
    void a_missing_command_is_told_in_words() {
        LaunchFailed failed =
                assertThrows(LaunchFailed.class, () -> start("no-such-program", "--flag"));
        assertEquals("command not found: no-such-program", failed.hint());
        assertEquals(
                "command not found: /no/such",
                assertThrows(LaunchFailed.class, () -> start("/no/such")).hint());
        assertEquals(List.of(), listener.heard);
    }

    @Test
    void a_file_that_is_not_executable_is_told_in_words() throws Exception {
        Path file = Files.writeString(folder.resolve("script"), "#!/bin/sh\n");
        LaunchFailed failed = assertThrows(LaunchFailed.class, () -> start(file.toString()));
        assertEquals("not executable: " + file, failed.hint());
    }

    @Test
    void a_script_without_interpreter_fails_with_a_status_and_a_line() throws Exception {
        Path file = Files.writeString(folder.resolve("script"), "#!/no/such/shell\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        Child child = start(file.toString());
        assertEquals("exit status 127", exitOf(child).reason());
        assertFalse(child.stderrTail().isEmpty());
    }

    @Test
    void an_environment_too_large_for_the_system_leaves_nothing() {
        var spec =
                new LaunchSpec(
                        "test",
                        List.of("cat"),
                        Map.of("LARGE", "x".repeat(3 << 20)),
                        Map.of(),
                        ChildLimits.standard());
        assertThrows(LaunchFailed.class, () -> supervisor.start(spec, listener));
        assertEquals(List.of(), supervisor.children());
    }

    @Test
    void a_run_directory_that_is_gone_fails_the_start_in_words() throws Exception {
        Path run = folder.resolve("run");
        Files.delete(run);
        LaunchFailed failed = assertThrows(LaunchFailed.class, () -> start("cat"));
        assertEquals("the working directory could not be made", failed.hint());
        Files.createDirectory(run);
    }

    @Test
    void the_environment_holds_the_listed_variables_and_no_other() throws Exception {
        var spec =
                new LaunchSpec(
                        "test",
                        List.of("env"),
                        Map.of("PLAIN", "value"),
                        Map.of("TOKEN", Secret.ofUtf8("hidden-value")),
                        ChildLimits.standard());
        Child child = supervisor.start(spec, listener);
        exitOf(child);
        Set<String> names = new TreeSet<>();
        for (String line : listener.heard) names.add(line.replaceAll("=.*", ""));
        assertEquals(
                Set.of(
                        "PATH",
                        "HOME",
                        "LANG",
                        "TZ",
                        "TMPDIR",
                        "PLAIN",
                        "TOKEN",
                        "POSTERN_CHILD",
                        "exited"),
                names);
        String directory = folder.resolve("run").resolve(child.id().value()).toString();
        assertTrue(listener.heard.contains("HOME=" + directory));
        assertTrue(listener.heard.contains("TMPDIR=" + directory));
        assertTrue(listener.heard.contains("POSTERN_CHILD=" + instance + ":" + child.id()));
    }

    @Test
    void the_pid_is_that_of_the_program_and_leads_a_session_of_its_own() throws Exception {
        Child child = shell("echo $$; exec cat");
        assertEquals(Long.toString(child.pid()), listener.awaitLine(0));
        ProcessEntry entry =
                table.withoutMarks().stream()
                        .filter(each -> each.pid() == child.pid())
                        .findFirst()
                        .orElseThrow();
        assertEquals(child.pid(), entry.session());
        assertEquals(table.ownPid(), entry.parent());
    }

    @Test
    void the_working_directory_is_private() throws Exception {
        Child child = shell("stat -c %a . ; exec cat");
        assertEquals("700", listener.awaitLine(0));
        assertTrue(Files.isDirectory(folder.resolve("run").resolve(child.id().value())));
    }

    @Test
    void a_child_that_is_not_ready_in_time_is_killed() throws Exception {
        ChildLimits limits = ChildLimits.standard().withStartBudget(Duration.ofMillis(200));
        Child child = supervisor.start(spec(limits, "cat"), listener);
        ChildExit exit = exitOf(child);
        assertEquals("over the start budget", exit.reason());
        assertFalse(exit.requested());
        assertEquals(ChildState.FAILED, child.state());
    }

    @Test
    void a_child_that_is_ready_in_time_stays() throws Exception {
        ChildLimits limits = ChildLimits.standard().withStartBudget(Duration.ofMillis(300));
        Child child = supervisor.start(spec(limits, "cat"), listener);
        Child late = supervisor.start(spec(limits, "cat"), new RecordingListener());
        child.ready();
        assertEquals("over the start budget", exitOf(late).reason());
        assertEquals(ChildState.RUNNING, child.state());
        child.ready();
        assertEquals(ChildState.RUNNING, child.state());
    }

    @Test
    void every_change_of_state_is_told_in_order() throws Exception {
        var changes = new CopyOnWriteArrayList<String>();
        supervisor.onStateChange(
                change -> changes.add(change.from() + ">" + change.to() + " " + change.reason()));
        Child child = start("cat");
        child.ready();
        child.stop("idle");
        exitOf(child);
        await().atMost(PATIENCE).until(() -> changes.size() == 5);
        assertEquals(
                List.of(
                        "PENDING>CREATING ",
                        "CREATING>STARTING ",
                        "STARTING>RUNNING ",
                        "RUNNING>STOPPING stopped: idle",
                        "STOPPING>STOPPED stopped: idle"),
                changes);
        changes.clear();
        assertThrows(LaunchFailed.class, () -> start("no-such-program"));
        await().atMost(PATIENCE).until(() -> changes.size() == 2);
        assertEquals("CREATING>FAILED command not found: no-such-program", changes.getLast());
    }

    /** The parent-death signal is sent when the starting thread ends, so it must not be ours. */
    @Test
    void children_may_be_started_from_any_thread_and_outlive_it() throws Exception {
        for (Thread.Builder kind : List.of(Thread.ofPlatform(), Thread.ofVirtual())) {
            var heard = new RecordingListener();
            var started = new CompletableFuture<Child>();
            Thread starter = kind.start(() -> startInto(started, heard));
            Child child = started.get(10, TimeUnit.SECONDS);
            starter.join();
            child.send(bytes("alive"));
            assertEquals("alive", heard.awaitLine(0));
            assertTrue(supervisor.children().contains(child));
        }
    }

    private void startInto(CompletableFuture<Child> started, ChildListener heard) {
        try {
            started.complete(supervisor.start(spec("cat"), heard));
        } catch (LaunchFailed failed) {
            started.completeExceptionally(failed);
        }
    }

    @Test
    void a_closed_supervisor_starts_nothing() {
        supervisor.close();
        LaunchFailed failed = assertThrows(LaunchFailed.class, () -> start("cat"));
        assertEquals("children are no longer started: shutting down", failed.hint());
    }
}
