package postern.supervisor;

/** The child does not read as fast as it is written to and its queue is full; try later. */
public final class ChildBusy extends Exception {
    private static final long serialVersionUID = 1L;

    ChildBusy(String limit) {
        super("the child's input queue is full: " + limit, null, false, false);
    }
}
