package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/**
 * Does one thing again and again while the store is struck one step later each time. All steps are
 * struck; none is sampled.
 *
 * @param <T> what is made ready before each try, for example a code that was not redeemed yet
 */
record EveryStep<T>(Prepare<T> prepare, Act<T> act, Recover<T> recover) {
    /** The store's own name for the moment between a commit and the answer. */
    private static final String ANSWER = "answer";

    interface Prepare<T> {
        T ready() throws Exception;
    }

    interface Act<T> {
        /** The status of the answer. */
        int on(T prepared) throws Exception;
    }

    interface Recover<T> {
        /**
         * What must hold when the client tries again.
         *
         * @param commits how many transactions of the act were durable before the fault
         */
        void after(T prepared, int commits) throws Exception;
    }

    /** The process is gone before each step, as by kill -9, and is started again. */
    List<String> killed(Installation installation) throws Exception {
        List<String> steps = undisturbed(installation);
        for (int step = 1; step <= steps.size(); step++) {
            T prepared = prepare.ready();
            installation.control().haltAt(step);
            String where = "killed before step " + step + " of " + steps;
            assertLost(prepared, where);
            OptionalInt status = installation.postern().awaitExit(Duration.ofSeconds(10));
            assertEquals(OptionalInt.of(137), status, where);
            installation.startAgain();
            checked(prepared, steps, step, where);
        }
        return steps;
    }

    private void assertLost(T prepared, String where) throws Exception {
        int status;
        try {
            status = act.on(prepared);
        } catch (IOException connectionLost) {
            return;
        }
        throw new AssertionError("answered with " + status + " although it was " + where);
    }

    /** Each step fails as on a full disk; the process goes on. */
    List<String> failing(Installation installation) throws Exception {
        List<String> steps = undisturbed(installation);
        for (int step = 1; step <= steps.size(); step++) {
            if (steps.get(step - 1).equals(ANSWER)) continue; // nothing can fail there
            T prepared = prepare.ready();
            installation.control().failAt(step);
            String where = "failing at step " + step + " of " + steps;
            assertEquals(503, act.on(prepared), where);
            installation.control().countSteps();
            checked(prepared, steps, step, where);
        }
        return steps;
    }

    private List<String> undisturbed(Installation installation) throws Exception {
        T prepared = prepare.ready();
        installation.control().countSteps();
        int status = act.on(prepared);
        List<String> steps = installation.control().steps();
        assertTrue(status < 400, "undisturbed it answers with " + status);
        assertTrue(steps.contains("commit") && steps.contains(ANSWER), steps::toString);
        return steps;
    }

    private void checked(T prepared, List<String> steps, int step, String where) throws Exception {
        int commits = (int) steps.stream().limit(step).filter(ANSWER::equals).count();
        try {
            recover.after(prepared, commits);
        } catch (AssertionError | Exception wrong) {
            throw new AssertionError(where + ": " + wrong.getMessage(), wrong);
        }
    }
}
