package postern.testkit.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Optional;

/** One accepted connection; a handler writes its answer here, or does not. */
public final class WireConnection implements AutoCloseable {
    private final Socket socket;
    private final WireReader reader;
    private final OutputStream out;

    WireConnection(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        reader = new WireReader(socket.getInputStream());
        out = socket.getOutputStream();
    }

    Optional<WireRequest> next() throws IOException {
        Optional<WireReader.Head> head = reader.head();
        if (head.isEmpty()) {
            return Optional.empty();
        }
        if (head.get().headers().containsKey("expect")) {
            write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(US_ASCII));
        }
        byte[] body = reader.body(head.get().headers());
        return Optional.of(
                new WireRequest(
                        head.get().method(), head.get().target(), head.get().headers(), body));
    }

    /** Sends these bytes at once. */
    public void write(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    public boolean isOpen() {
        return !socket.isClosed();
    }

    /** Ends the connection, whatever was promised; closing twice is harmless. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException alreadyBroken) {
            // Broken is what it was to become.
        }
    }
}
