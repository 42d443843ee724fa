package postern.supervisor;

/** A child could not be started; nothing of the attempt is left and its listener hears nothing. */
public final class LaunchFailed extends Exception {
    private static final long serialVersionUID = 1L;

    private final String hint;

    LaunchFailed(String hint, Throwable cause) {
        super(hint, cause);
        this.hint = hint;
    }

    LaunchFailed(String hint) {
        this(hint, null);
    }

    /** What to tell the operator, for example "command not found: x"; holds no secret. */
    public String hint() {
        return hint;
    }
}
