package postern.testkit.forgejo;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * What goes wrong on purpose. A request is <i>processed</i> when the forge does all it would do
 * without the fault: tokens rotate, codes are spent, comments are written.
 */
public sealed interface Fault {
    /** The request is read and never processed; it waits until the fault is switched off. */
    record Hang() implements Fault {}

    /** The request waits this long and is then processed. */
    record Slow(Duration delay) implements Fault {}

    /** The connection breaks before the request is processed. */
    record LoseRequest() implements Fault {}

    /** The request is processed (tokens rotate), then the connection breaks without an answer. */
    record LoseAnswer() implements Fault {}

    /** The request is processed; its answer waits until the fault is switched off. */
    record HoldAnswer() implements Fault {}

    /** The request is processed; its answer comes in pieces of this size with pauses between. */
    record Drip(int pieceBytes, Duration pause) implements Fault {
        public Drip {
            if (pieceBytes < 1) {
                throw new IllegalArgumentException("a piece has at least one byte");
            }
        }
    }

    /** The request is processed; the connection breaks in the middle of the promised body. */
    record CutBody() implements Fault {}

    /** The request is processed; a complete answer comes, but with only half of its JSON. */
    record HalfJson() implements Fault {}

    /** The request is not processed; this is answered instead. */
    record Answer(int status, String contentType, String body, Map<String, String> headers)
            implements Fault {
        public Answer {
            headers = Map.copyOf(headers);
        }

        public Answer(int status, String contentType, String body) {
            this(status, contentType, body, Map.of());
        }
    }

    /** The request is processed, but this comes instead of its answer. */
    record AnswerAfter(Answer answer) implements Fault {}

    /** The request is not processed; an error comes back that holds every secret it carried. */
    record EchoSecrets(int status) implements Fault {}

    /** Something happens right before the request is processed, as when a person acts just then. */
    record Meanwhile(Runnable action) implements Fault {}

    /** The page of a proxy in front of a forge that is down. */
    static Answer html(int status) {
        return new Answer(
                status,
                "text/html; charset=utf-8",
                "<!DOCTYPE html><html><head><title>Bad Gateway</title></head>"
                        + "<body><h1>The forge is being updated</h1></body></html>");
    }

    /** The forge's own failure: 500, 502, 503 with an empty message. */
    static Answer status(int status) {
        return new Answer(status, "application/json;charset=utf-8", "{\"message\":\"\"}\n");
    }

    /** A limiter in front of the forge; {@code retryAfter} is rounded down to seconds. */
    static Answer tooManyRequests(Duration retryAfter) {
        return new Answer(
                429,
                "text/plain; charset=utf-8",
                "Too Many Requests\n",
                Map.of("Retry-After", Long.toString(retryAfter.toSeconds())));
    }

    /** A redirect, for example to a host that must not see the caller's token. */
    static Answer redirect(int status, URI location) {
        return new Answer(
                status,
                "text/html; charset=utf-8",
                "<a href=\"#\">Elsewhere</a>.\n",
                Map.of("Location", location.toString()));
    }
}
