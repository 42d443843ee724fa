package postern.access;

/** The upstream's final answer: the person has to sign in again. The message is for the log. */
public class UpstreamRefused extends Exception {
    private static final long serialVersionUID = 1L;

    public UpstreamRefused(String message) {
        super(message);
    }
}
