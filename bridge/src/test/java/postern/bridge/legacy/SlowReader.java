package postern.bridge.legacy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Sends one request and reads nothing. */
final class SlowReader implements AutoCloseable {
    private final Socket socket = new Socket();

    SlowReader(URI uri, String token, String session, String body) throws IOException {
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()));
        String head =
                "POST "
                        + uri.getPath()
                        + " HTTP/1.1\r\nHost: "
                        + uri.getAuthority()
                        + "\r\nAuthorization: Bearer "
                        + token
                        + "\r\nMcp-Session-Id: "
                        + session
                        + "\r\nContent-Type: application/json"
                        + "\r\nAccept: application/json, text/event-stream\r\nContent-Length: "
                        + body.length()
                        + "\r\n\r\n";
        socket.getOutputStream().write((head + body).getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    boolean isConnected() {
        return socket.isConnected();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
