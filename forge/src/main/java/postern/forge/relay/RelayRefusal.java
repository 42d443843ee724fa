package postern.forge.relay;

/** An answer of our own to a child. The text is fixed English for a person or a model to read. */
final class RelayRefusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    RelayRefusal(int status, String text) {
        super(text, null, false, false);
        this.status = status;
    }

    int status() {
        return status;
    }

    /** In the shape of Forgejo's own refusals. All texts are constants without quotes. */
    String json() {
        return "{\"message\":\"" + getMessage() + "\"}";
    }

    static RelayRefusal notCanonical() {
        return new RelayRefusal(400, "the path is not in its canonical form");
    }

    static RelayRefusal signInEnded() {
        return new RelayRefusal(
                401, "the sign-in at the forge has ended; the person has to connect again");
    }

    static RelayRefusal unavailable() {
        return new RelayRefusal(503, "the forge cannot be reached now; try again in a minute");
    }
}
