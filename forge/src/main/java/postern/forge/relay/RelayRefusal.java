package postern.forge.relay;

import java.util.OptionalLong;

/** An answer of our own to a child. The text is fixed English for a person or a model to read. */
final class RelayRefusal extends Exception {
    private static final long serialVersionUID = 1L;
    private static final long NOT_SAID = -1;

    private final int status;
    private final long retrySeconds;

    RelayRefusal(int status, String text) {
        this(status, text, NOT_SAID);
    }

    private RelayRefusal(int status, String text, long retrySeconds) {
        super(text, null, false, false);
        this.status = status;
        this.retrySeconds = retrySeconds;
    }

    int status() {
        return status;
    }

    /** When a next try makes sense. */
    OptionalLong retrySeconds() {
        return retrySeconds == NOT_SAID ? OptionalLong.empty() : OptionalLong.of(retrySeconds);
    }

    /** In the shape of Forgejo's own refusals. All texts are constants without quotes. */
    String json() {
        return "{\"message\":\"" + getMessage() + "\"}";
    }

    static RelayRefusal notCanonical() {
        return new RelayRefusal(400, "the path is not in its canonical form");
    }

    static RelayRefusal tokenRequired() {
        return new RelayRefusal(401, "token is required");
    }

    static RelayRefusal signInEnded() {
        return new RelayRefusal(
                401, "the sign-in at the forge has ended; the person has to connect again");
    }

    static RelayRefusal readOnly() {
        return new RelayRefusal(
                403,
                "this connection is read-only: the person allowed reading and nothing else."
                        + " To change things, the person has to connect again and allow it");
    }

    static RelayRefusal elsewhere() {
        return new RelayRefusal(
                403,
                "the forge leads to another host, and Postern does not fetch from there. The"
                        + " person can open the address");
    }

    static RelayRefusal tooManyAtOnce() {
        return new RelayRefusal(
                429,
                "too many requests at once in all connections of this person; wait for some of"
                        + " them",
                1);
    }

    /** Nothing of the request has been read. */
    static RelayRefusal busy() {
        return new RelayRefusal(
                503, "Postern is busy with the requests of others; try again in a moment", 2);
    }

    static RelayRefusal failed() {
        return new RelayRefusal(500, "the relay failed");
    }

    static RelayRefusal tokenInRedirect() {
        return new RelayRefusal(
                502, "the forge leads to an address with a token in it, which is not passed on");
    }

    static RelayRefusal tooManyInAMinute() {
        return new RelayRefusal(
                429, "too many requests within a minute; go on more slowly, or ask for less", 5);
    }

    static RelayRefusal answerTooLong() {
        return new RelayRefusal(
                502, "the answer of the forge is too long to be passed on; ask for a part of it");
    }

    static RelayRefusal encoded() {
        return new RelayRefusal(
                502,
                "the forge, or a proxy before it, compresses although it was not asked to; the"
                        + " operator of Postern has to turn that off");
    }

    /** The body has passed through and is not here any more. */
    static RelayRefusal sendAgain() {
        return new RelayRefusal(
                503,
                "the sign-in at the forge was renewed while this upload was under way, and nothing"
                        + " of it was kept; send it again",
                1);
    }

    /** A request that changes something went out, and what became of it is not known. */
    static RelayRefusal answerLost() {
        return new RelayRefusal(
                503,
                "the answer of the forge was lost, and what was asked may have been done: look"
                        + " first, and repeat it only if it was not");
    }

    static RelayRefusal unavailable() {
        return new RelayRefusal(503, "the forge cannot be reached now; try again in a minute");
    }
}
