package postern.testkit.forgejo;

import postern.testkit.wire.WireConnection;

import java.io.IOException;
import java.util.Arrays;

/** How an answer reaches the wire. */
sealed interface Delivery {
    /** All at once. */
    record Whole() implements Delivery {}

    /** Not at all: the caller sees neither status nor body. */
    record Lost() implements Delivery {}

    /** Half of the body that the head promised. */
    record Cut() implements Delivery {}

    /** Piece by piece. */
    record Dripping(Fault.Drip how) implements Delivery {}

    default void send(Exchange exchange, WireConnection connection)
            throws IOException, InterruptedException {
        byte[] head = exchange.reply.head();
        byte[] body = exchange.method().equals("HEAD") ? new byte[0] : exchange.reply.body();
        switch (this) {
            case Whole() -> connection.write(joined(head, body));
            case Lost() -> connection.close();
            case Cut() -> {
                connection.write(joined(head, Arrays.copyOf(body, body.length / 2)));
                connection.close();
            }
            case Dripping(Fault.Drip how) -> drip(connection, joined(head, body), how);
        }
    }

    private static void drip(WireConnection connection, byte[] all, Fault.Drip how)
            throws IOException, InterruptedException {
        for (int from = 0; from < all.length; from += how.pieceBytes()) {
            if (from > 0) {
                Thread.sleep(how.pause());
            }
            int to = Math.min(all.length, from + how.pieceBytes());
            connection.write(Arrays.copyOfRange(all, from, to));
        }
    }

    private static byte[] joined(byte[] head, byte[] body) {
        byte[] all = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return all;
    }
}
