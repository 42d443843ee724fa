package postern.supervisor;

/** The child has ended, is ending, or has closed its stdin; this child will take no line again. */
public final class ChildGone extends Exception {
    private static final long serialVersionUID = 1L;

    ChildGone() {
        super("the child takes no more input", null, false, false);
    }
}
