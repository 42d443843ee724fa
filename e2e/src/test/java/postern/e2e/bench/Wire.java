package postern.e2e.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;

/**
 * One kept-alive HTTP/1.1 connection that does as little as possible for a request, since the
 * generator shares the machine with what it measures: plain blocking reads, which a timeout would
 * make three system calls each. Knows only answers with Content-Length.
 */
final class Wire implements AutoCloseable {
    private static final byte[] LENGTH = "content-length: ".getBytes(ISO_8859_1);

    private final Socket socket;
    private final InputStream in;
    private byte[] buffer = new byte[8 * 1024];
    private int end;
    private int bodyStart;

    Wire(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        in = socket.getInputStream();
    }

    static byte[] post(String path, String form, String... headers) {
        return request(
                "POST",
                path,
                form,
                append(headers, "Content-Type: application/x-www-form-urlencoded"));
    }

    static byte[] request(String method, String path, String body, String... headers) {
        var text = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: {host}\r\n");
        for (String header : headers) text.append(header).append("\r\n");
        text.append("Content-Length: ").append(body.length()).append("\r\n\r\n").append(body);
        return text.toString().getBytes(ISO_8859_1);
    }

    private static String[] append(String[] headers, String last) {
        String[] all = Arrays.copyOf(headers, headers.length + 1);
        all[headers.length] = last;
        return all;
    }

    /** Sends one request and reads its whole answer; returns the status. */
    int exchange(byte[] request) throws IOException {
        socket.getOutputStream().write(request);
        end = 0;
        int headEnd;
        while ((headEnd = headEnd()) < 0) more();
        bodyStart = headEnd;
        int length = contentLength(headEnd);
        while (end < headEnd + length) more();
        return (buffer[9] - '0') * 100 + (buffer[10] - '0') * 10 + buffer[11] - '0';
    }

    /** The value of a JSON member of the last answer whose value is a plain string. */
    String member(String name) {
        String body = body();
        int key = body.indexOf('"' + name + "\":\"");
        if (key < 0) throw new IllegalStateException("no " + name + " in " + body);
        int start = key + name.length() + 4;
        return body.substring(start, body.indexOf('"', start));
    }

    String body() {
        return new String(buffer, bodyStart, end - bodyStart, ISO_8859_1);
    }

    private void more() throws IOException {
        if (end == buffer.length) buffer = Arrays.copyOf(buffer, 2 * end);
        int count = in.read(buffer, end, buffer.length - end);
        if (count < 0) throw new IOException("the server closed the connection");
        end += count;
    }

    private int headEnd() {
        for (int i = 3; i < end; i++) {
            if (buffer[i] == '\n'
                    && buffer[i - 1] == '\r'
                    && buffer[i - 2] == '\n'
                    && buffer[i - 3] == '\r') {
                return i + 1;
            }
        }
        return -1;
    }

    private int contentLength(int headEnd) throws IOException {
        for (int i = 0; i + LENGTH.length < headEnd; i++) {
            if (matches(i)) {
                int value = 0;
                for (int at = i + LENGTH.length; buffer[at] != '\r'; at++) {
                    value = value * 10 + buffer[at] - '0';
                }
                return value;
            }
        }
        throw new IOException("an answer without Content-Length");
    }

    private boolean matches(int start) {
        for (int i = 0; i < LENGTH.length; i++) {
            if ((buffer[start + i] | 0x20) != (LENGTH[i] | 0x20)) return false;
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
