package postern.supervisor;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.time.Duration;
import java.util.List;

/** The ways in which a child ends. */
class ChildEndTest extends ChildTest {
    @Test
    void the_exit_status_is_told() throws Exception {
        Child child = shell("exit 7");
        ChildExit exit = exitOf(child);
        assertEquals("exit status 7", exit.reason());
        assertEquals(7, exit.status().getAsInt());
        assertFalse(exit.requested());
        assertEquals(List.of(exit), listener.exits);
        assertEquals(ChildState.FAILED, child.state());
        assertTrue(supervisor.children().isEmpty());
    }

    @Test
    void a_child_killed_from_outside_is_told_by_its_signal() throws Exception {
        Child child = start("cat");
        child.ready();
        ProcessHandle.of(child.pid()).orElseThrow().destroyForcibly();
        ChildExit exit = exitOf(child);
        assertEquals("killed by signal 9", exit.reason());
        assertEquals(137, exit.status().getAsInt());
        assertEquals(ChildState.FAILED, child.state());
    }

    @Test
    void a_child_that_ignores_the_end_of_stdin_gets_sigterm() throws Exception {
        Child child = shell("trap 'echo term; exit 3' TERM; echo up; while :; do sleep 0.05; done");
        listener.awaitLine(0);
        child.stop("idle");
        ChildExit exit = exitOf(child);
        assertEquals("stopped: idle", exit.reason());
        assertEquals(3, exit.status().getAsInt());
        assertEquals(List.of("up", "term", "exited"), listener.heard);
    }

    @Test
    void a_child_that_ignores_sigterm_is_killed() throws Exception {
        Child child = shell("trap '' TERM; echo up; while :; do sleep 0.05; done");
        listener.awaitLine(0);
        long start = System.nanoTime();
        child.stop("idle");
        assertEquals(ChildState.STOPPING, child.state());
        ChildExit exit = exitOf(child);
        long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
        assertEquals(137, exit.status().getAsInt());
        assertEquals("stopped: idle", exit.reason());
        assertTrue(millis >= 1000 && millis < 3000, "two graces, took " + millis);
        assertEquals(ChildState.STOPPED, child.state());
    }

    @Test
    void kill_cuts_a_stop_short() throws Exception {
        ChildLimits patient = ChildLimits.standard().withStopGrace(Duration.ofSeconds(60));
        Child child =
                supervisor.start(
                        spec(patient, "sh", "-c", "trap '' TERM; while :; do sleep 1; done"),
                        listener);
        child.stop("idle");
        child.kill("now");
        assertEquals("stopped: idle", exitOf(child).reason());
    }

    @Test
    void a_daemon_that_left_by_setsid_and_double_fork_is_found_at_the_stop() throws Exception {
        Child child =
                shell(
                        "(setsid sh -c 'sleep 300 & sleep 301 & exec sleep 302' >/dev/null"
                                + " 2>&1 </dev/null &) ; echo up; exec cat");
        listener.awaitLine(0);
        await().atMost(PATIENCE).until(() -> marked().size() == 4);
        child.stop("idle");
        exitOf(child);
        assertEquals(List.of(), marked());
        assertEquals(List.of(), zombies());
    }

    @Test
    void descendants_of_a_crashed_child_do_not_survive_it() throws Exception {
        Child child = shell("(setsid sleep 300 >/dev/null 2>&1 </dev/null &) ; sleep 301 & exit 1");
        assertEquals("exit status 1", exitOf(child).reason());
        assertEquals(List.of(), marked());
        assertEquals(List.of(), zombies());
    }

    @Test
    void a_descendant_without_mark_is_found_by_session_or_parent() throws Exception {
        Child child = shell("env -i sleep 300 & env -i setsid sleep 301 & echo up; wait");
        listener.awaitLine(0);
        var tree = ProcessHandle.of(child.pid()).orElseThrow();
        await().atMost(PATIENCE).until(() -> tree.descendants().count() == 2);
        List<ProcessHandle> descendants = tree.descendants().toList();
        child.stop("idle");
        exitOf(child);
        for (ProcessHandle each : descendants) assertFalse(each.isAlive());
    }

    @Test
    void a_grandchild_that_holds_stdout_delays_the_end_no_longer_than_it_lives() throws Exception {
        Child child = shell("setsid sleep 300 & echo last; exit 0");
        ChildExit exit = exitOf(child);
        assertEquals("exit status 0", exit.reason());
        assertEquals(List.of("last", "exited"), listener.heard);
    }

    @Test
    void a_daemon_without_any_mark_is_found_by_the_pipe_it_holds() throws Exception {
        Child child = shell("(env -i setsid sleep 300 &) ; exec cat");
        await().atMost(PATIENCE).until(() -> sleepers() == 1);
        child.stop("idle");
        assertEquals("stopped: idle", exitOf(child).reason());
        await().atMost(PATIENCE).until(() -> sleepers() == 0);
        await().atMost(PATIENCE).until(() -> zombies().isEmpty());
    }

    /** Processes that we adopted and that are still alive. */
    private long sleepers() {
        return table.withoutMarks().stream()
                .filter(entry -> entry.parent() == table.ownPid() && !entry.isZombie())
                .filter(entry -> entry.session() == entry.pid())
                .filter(entry ->
                        supervisor.children().stream().noneMatch(c -> c.pid() == entry.pid()))
                .count();
    }

    @Test
    void a_fork_storm_is_outrun() throws Exception {
        Child child =
                shell(
                        "storm() { i=0; while [ $i -lt 40 ]; do i=$((i+1));"
                                + " (setsid sh -c 'sleep 0.01; sleep 300' &); done; sleep 300; };"
                                + " trap '' TERM; storm");
        await().atMost(PATIENCE).until(() -> marked().size() > 20);
        child.kill("storm");
        exitOf(child);
        assertEquals(List.of(), marked());
        // one that came and went between two looks is for the sweep, which ends with the supervisor
        await().atMost(PATIENCE).until(() -> zombies().isEmpty());
    }

    @Test
    void an_adopted_orphan_that_ends_by_itself_is_reaped() throws Exception {
        shell("(setsid sh -c 'exit 0' &) ; (setsid sleep 0.1 &) ; echo up; exec cat");
        listener.awaitLine(0);
        await().atMost(PATIENCE).until(() -> marked().size() == 1 && zombies().isEmpty());
    }

    @Test
    void a_child_that_closes_its_stdout_is_ended() throws Exception {
        Child child = shell("exec 1>&-; exec sleep 60");
        assertEquals("closed its stdout", exitOf(child).reason());
    }

    @Test
    void the_working_directory_goes_with_the_child_whatever_is_in_it() throws Exception {
        var outside = Files.writeString(folder.resolve("outside"), "stays");
        Child child =
                shell(
                        "mkdir -p a/b; echo x > a/b/c; ln -s "
                                + outside
                                + " a/link; ln -s "
                                + folder
                                + " up; chmod 500 a/b; chmod 0 a; pwd; exec cat");
        var directory = folder.resolve("run").resolve(child.id().value());
        assertEquals(directory.toString(), listener.awaitLine(0));
        child.stop("test");
        exitOf(child);
        assertFalse(Files.exists(directory));
        assertTrue(Files.exists(outside));
    }

    @Test
    void stopping_and_killing_twice_is_harmless() throws Exception {
        Child child = start("cat");
        for (int i = 0; i < 3; i++) {
            child.stop("first");
            child.kill("second");
        }
        assertEquals("stopped: first", exitOf(child).reason());
        child.stop("late");
        child.kill("late");
        assertEquals(1, listener.exits.size());
        assertEquals(ChildState.STOPPED, child.state());
    }
}
