package postern.store;

/**
 * The database cannot be used as it stands; the message says in one line what to change. Nothing
 * was changed.
 */
public final class StoreRefused extends Exception {
    private static final long serialVersionUID = 1L;

    public StoreRefused(String message, Throwable cause) {
        super(message, cause);
    }
}
