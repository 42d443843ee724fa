package postern.e2e.controlled;

import postern.store.WriteSteps;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Counts the steps of the store from the moment it is armed, and strikes at one of them. */
final class StoreFaults implements WriteSteps {
    /** What {@code kill -9} leaves as exit status. */
    private static final int KILLED = 137;

    /** What happens at the step. */
    enum Fault {
        /** Nothing: the steps are only counted. */
        NONE,
        /** The process is gone at once, without any shutdown hook. */
        HALT,
        /** The step fails as if the disk were full. */
        FAIL
    }

    private final List<String> steps = new ArrayList<>();
    private Fault fault = Fault.NONE;
    private int at;

    synchronized void arm(Fault chosen, int step) {
        steps.clear();
        fault = chosen;
        at = step;
    }

    /** The steps since it was armed, and nothing happens any more. */
    synchronized List<String> disarm() {
        fault = Fault.NONE;
        return List.copyOf(steps);
    }

    @Override
    public synchronized void before(String statement) throws SQLException {
        if (isDue(statement) && fault == Fault.FAIL) {
            throw new SQLException("database or disk is full (by order)");
        }
    }

    @Override
    public synchronized void committed() {
        isDue("answer");
    }

    private boolean isDue(String step) {
        steps.add(step);
        boolean due = fault != Fault.NONE && steps.size() == at;
        if (due && fault == Fault.HALT) Runtime.getRuntime().halt(KILLED);
        return due;
    }
}
