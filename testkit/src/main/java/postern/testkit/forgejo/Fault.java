package postern.testkit.forgejo;

import java.time.Duration;

/** What goes wrong on purpose. */
public sealed interface Fault {
    /** The request is read and never processed; it waits until the fault is cleared. */
    record Hang() implements Fault {}

    /** The request waits this long and is then processed. */
    record Slow(Duration delay) implements Fault {}

    /** The request is processed (tokens rotate), then the connection breaks without an answer. */
    record LoseAnswer() implements Fault {}

    /** The request is not processed; this is answered instead. */
    record Answer(int status, String contentType, String body) implements Fault {}

    /** The page of a proxy in front of a forge that is down. */
    static Fault html(int status) {
        return new Answer(
                status,
                "text/html; charset=utf-8",
                "<!DOCTYPE html><html><head><title>Bad Gateway</title></head>"
                        + "<body><h1>The forge is being updated</h1></body></html>");
    }
}
