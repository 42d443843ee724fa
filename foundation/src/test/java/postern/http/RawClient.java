package postern.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A socket that says anything. Reading gives up after ten seconds. */
final class RawClient implements AutoCloseable {
    final Socket socket = new Socket();
    final int port;

    RawClient(int port) {
        this(port, 0);
    }

    /**
     * @param receiveBuffer bytes that the kernel takes before the sender stalls; 0 for its default
     */
    RawClient(int port, int receiveBuffer) {
        this.port = port;
        try {
            if (receiveBuffer > 0) socket.setReceiveBufferSize(receiveBuffer);
            connect();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /**
     * @param from an address of loopback
     */
    RawClient(int port, String from) {
        this.port = port;
        try {
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
            connect();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void connect() throws IOException {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.setSoTimeout(10_000);
        socket.setTcpNoDelay(true);
    }

    RawClient write(String text) {
        return write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    RawClient write(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            return this;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Request line and Host, then {@code more} fields, each with CRLF, then the body. */
    RawClient request(String line, String more, String body) {
        return write(line + " HTTP/1.1\r\nHost: localhost:" + port + "\r\n" + more + "\r\n" + body);
    }

    /** One answer: its head, and as many body bytes as Content-Length says. */
    String answer() {
        String head = until("\r\n\r\n");
        int length = 0;
        for (String line : head.split("\r\n", -1)) {
            if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(15).strip());
            }
        }
        try {
            byte[] body = socket.getInputStream().readNBytes(length);
            return head + new String(body, StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    int status() {
        String answer = answer();
        return answer.isEmpty() ? 0 : Integer.parseInt(answer.substring(9, 12));
    }

    /** Everything up to and with {@code end}, or to the end of the connection. */
    String until(String end) {
        var read = new StringBuilder();
        try {
            InputStream in = socket.getInputStream();
            int b;
            while ((b = in.read()) >= 0) {
                read.append((char) b);
                int from = read.length() - end.length();
                if (from >= 0 && read.substring(from).equals(end)) break;
            }
        } catch (SocketException reset) {
            // What came before the reset is the answer.
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return read.toString();
    }

    /** The next {@code length} bytes, or fewer at the end of the connection. */
    String text(int length) {
        try {
            return new String(socket.getInputStream().readNBytes(length), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    boolean isClosedByServer() {
        try {
            while (socket.getInputStream().read() >= 0) {
                // Whatever is left is of no interest.
            }
            return true;
        } catch (SocketException reset) {
            return true;
        } catch (IOException silent) {
            return false;
        }
    }

    /** RST instead of FIN. */
    void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
