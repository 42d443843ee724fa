package postern.app;

/** The program does not start; the message is one line that says what to change. */
public final class StartRefused extends Exception {
    private static final long serialVersionUID = 1L;

    public StartRefused(String message, Throwable cause) {
        super(message, cause);
    }

    public StartRefused(String message) {
        this(message, null);
    }
}
