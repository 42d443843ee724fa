package postern.vault;

/**
 * Sealed bytes do not open with this key for this purpose. Carries nothing, so that nothing can
 * leak.
 */
public final class CannotOpen extends Exception {
    private static final long serialVersionUID = 1L;

    public CannotOpen() {
        super("sealed bytes do not open", null, false, false);
    }
}
