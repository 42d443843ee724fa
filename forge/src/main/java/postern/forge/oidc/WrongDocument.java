package postern.forge.oidc;

/** A document of the provider cannot be used; the message says what to change, for the operator. */
final class WrongDocument extends Exception {
    private static final long serialVersionUID = 1L;

    WrongDocument(String message) {
        super(message, null, false, false);
    }
}
