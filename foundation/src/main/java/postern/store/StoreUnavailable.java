package postern.store;

/**
 * The database did not answer or could not make a change durable: nothing was changed. A request
 * that meets it is refused with 503; nobody guesses.
 */
public final class StoreUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
