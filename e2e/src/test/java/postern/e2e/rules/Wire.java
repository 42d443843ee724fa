package postern.e2e.rules;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Requests byte by byte over plain sockets on loopback, one connection each. Follows nothing and
 * keeps nothing.
 *
 * @param host of the Host header
 * @param address whom the trusted proxy says it speaks for; empty: nobody is named
 */
record Wire(int port, String host, String address) {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final Pattern CONTENT_LENGTH =
            Pattern.compile("(?i)\r\ncontent-length: ([0-9]+)");
    private static final String FORM = "application/x-www-form-urlencoded";

    Wire as(String caller) {
        return new Wire(port, host, caller);
    }

    Answer get(String target, String... headers) throws IOException {
        return send("GET", target, "", headers);
    }

    Answer post(String target, Params form, String... headers) throws IOException {
        return form(target, form.encoded(), headers);
    }

    /** A form body as it is, be it malformed. */
    Answer form(String target, String body, String... headers) throws IOException {
        return send("POST", target, body, with(headers, "Content-Type", FORM));
    }

    Answer json(String target, String body, String... headers) throws IOException {
        return send("POST", target, body, with(headers, "Content-Type", "application/json"));
    }

    Answer send(String method, String target, String body, String... headers) throws IOException {
        return send(method, target, body.getBytes(UTF_8), headers);
    }

    /** {@code headers} are names and values; a Host among them replaces ours. */
    Answer send(String method, String target, byte[] body, String... headers) throws IOException {
        var head = new StringBuilder(method).append(' ').append(target).append(" HTTP/1.1\r\n");
        boolean hasHost = false;
        for (int i = 0; i < headers.length; i += 2) {
            hasHost |= headers[i].equalsIgnoreCase("Host");
            head.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
        }
        if (!hasHost) head.append("Host: ").append(host).append("\r\n");
        if (!address.isEmpty()) head.append("X-Forwarded-For: ").append(address).append("\r\n");
        head.append("Connection: close\r\n");
        if (body.length > 0 || method.equals("POST")) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(head.append("\r\n").toString().getBytes(ISO_8859_1));
        bytes.writeBytes(body);
        return raw(bytes.toByteArray());
    }

    Answer raw(String request) throws IOException {
        return raw(request.getBytes(ISO_8859_1));
    }

    /** Sends the bytes and reads until the server closes. */
    Answer raw(byte[] request) throws IOException {
        String line = new String(request, ISO_8859_1).split("\r\n", 2)[0];
        String shown = line.length() > 300 ? line.substring(0, 300) + "…" : line;
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            try {
                socket.getOutputStream().write(request);
                socket.getOutputStream().flush();
            } catch (SocketException refusedEarly) {
                // the answer is there all the same
            }
            return parse(shown, readAll(socket.getInputStream()));
        }
    }

    private static byte[] readAll(InputStream in) throws IOException {
        var read = new ByteArrayOutputStream();
        var buffer = new byte[16 * 1024];
        try {
            for (int count; (count = in.read(buffer)) > 0; ) {
                read.write(buffer, 0, count);
                if (isWhole(read)) break;
            }
        } catch (SocketTimeoutException neverClosed) {
            throw new IOException(
                    "no end of the answer: " + read.toString(ISO_8859_1), neverClosed);
        } catch (SocketException reset) {
            if (read.size() == 0) throw reset;
        }
        return read.toByteArray();
    }

    /** The server may keep the connection for a while to throw away what it has not read. */
    private static boolean isWhole(ByteArrayOutputStream read) {
        if (read.size() > 100_000) return false;
        String text = read.toString(ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        Matcher length = CONTENT_LENGTH.matcher(text);
        return end >= 0
                && length.find()
                && length.start() < end
                && text.length() >= end + 4 + Integer.parseInt(length.group(1));
    }

    private static Answer parse(String request, byte[] bytes) throws IOException {
        String text = new String(bytes, ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) throw new IOException("no answer to [" + request + "]: " + text);
        String[] lines = text.substring(0, end).split("\r\n");
        var headers = new ArrayList<Map.Entry<String, String>>();
        for (int i = 1; i < lines.length; i++) {
            String[] parts = lines[i].split(":", 2);
            headers.add(Map.entry(parts[0], parts.length == 2 ? parts[1].strip() : ""));
        }
        byte[] body = text.substring(end + 4).getBytes(ISO_8859_1);
        int status = Integer.parseInt(lines[0].split(" ", 3)[1]);
        return new Answer(request, status, headers, isChunked(headers) ? joined(body) : body);
    }

    private static boolean isChunked(List<Map.Entry<String, String>> headers) {
        return headers.stream()
                .anyMatch(header ->
                        header.getKey().equalsIgnoreCase("Transfer-Encoding")
                                && header.getValue().toLowerCase(Locale.ROOT).equals("chunked"));
    }

    private static byte[] joined(byte[] chunked) {
        String text = new String(chunked, ISO_8859_1);
        var body = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            int line = text.indexOf("\r\n", at);
            int size = Integer.parseInt(text.substring(at, line).split(";", 2)[0].strip(), 16);
            if (size == 0) break;
            body.append(text, line + 2, line + 2 + size);
            at = line + 2 + size + 2;
        }
        return body.toString().getBytes(ISO_8859_1);
    }

    private static String[] with(String[] headers, String name, String value) {
        for (int i = 0; i < headers.length; i += 2) {
            if (headers[i].equalsIgnoreCase(name)) return headers;
        }
        var more = new ArrayList<>(List.of(headers));
        more.addAll(List.of(name, value));
        return more.toArray(String[]::new);
    }
}
