package postern.cli.doctor;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * Stands in for the forge while a server is tried: MCP servers ask for its version before they
 * begin. Answers that on loopback, and 404 to all else; holds and passes on nothing.
 */
final class VersionAnswerer implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 5_000;
    private static final int MAX_HEAD_LINES = 200;

    private final ServerSocket socket;
    private final String version;

    VersionAnswerer(String version) throws IOException {
        this.version = version;
        this.socket = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("postern-version").start(this::accept);
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                Thread.ofVirtual().start(() -> answer(connection));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void answer(Socket connection) {
        try (connection) {
            connection.setSoTimeout(PATIENCE_MILLIS);
            var head =
                    new BufferedReader(
                            new InputStreamReader(
                                    connection.getInputStream(), StandardCharsets.ISO_8859_1));
            String request = head.readLine();
            int lines = 0;
            String line = request;
            while (line != null && !line.isEmpty() && lines++ < MAX_HEAD_LINES) {
                line = head.readLine();
            }
            boolean asksVersion = request != null && request.startsWith("GET /api/v1/version ");
            String body =
                    asksVersion
                            ? "{\"version\":\"" + version + "\"}"
                            : "{\"message\":\"postern doctor answers the version only\"}";
            String answer =
                    "HTTP/1.1 "
                            + (asksVersion ? "200 OK" : "404 Not Found")
                            + "\r\nContent-Type: application/json\r\nContent-Length: "
                            + body.length()
                            + "\r\nConnection: close\r\n\r\n"
                            + body;
            connection.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException gone) {
            // whoever asked has left
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
