package postern.vault;

/** The master key cannot be used; the message says in one line what to change and holds no key. */
public final class KeyRefused extends Exception {
    private static final long serialVersionUID = 1L;

    public KeyRefused(String message) {
        super(message, null, false, false);
    }
}
