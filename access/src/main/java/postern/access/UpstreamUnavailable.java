package postern.access;

/** The upstream gave no usable answer; nothing is decided. The message is for the log. */
public final class UpstreamUnavailable extends Exception {
    private static final long serialVersionUID = 1L;

    public UpstreamUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
