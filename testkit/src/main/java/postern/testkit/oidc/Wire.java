package postern.testkit.oidc;

import static java.nio.charset.StandardCharsets.UTF_8;

import postern.testkit.wire.WireConnection;
import postern.testkit.wire.WireRequest;

import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Reading parameters and writing answers. */
final class Wire {
    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private Wire() {}

    static Map<String, String> query(WireRequest request) {
        return parameters(request.query());
    }

    static Map<String, String> form(WireRequest request) {
        return parameters(new String(request.body(), UTF_8));
    }

    private static Map<String, String> parameters(String encoded) {
        var parameters = new LinkedHashMap<String, String>();
        for (String pair : encoded.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parameters.put(
                        URLDecoder.decode(pair.substring(0, equals), UTF_8),
                        URLDecoder.decode(pair.substring(equals + 1), UTF_8));
            }
        }
        return parameters;
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    static void json(WireConnection to, int status, String body, Instant now) throws IOException {
        send(to, status, "Content-Type: application/json\r\n", body, now);
    }

    static void html(WireConnection to, String body, Instant now) throws IOException {
        send(to, 200, "Content-Type: text/html; charset=utf-8\r\n", body, now);
    }

    static void redirect(WireConnection to, String location, Instant now) throws IOException {
        send(to, 303, "Location: " + location + "\r\n", "", now);
    }

    private static void send(
            WireConnection to, int status, String headers, String body, Instant now)
            throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        String head =
                "HTTP/1.1 "
                        + status
                        + " Answer\r\nDate: "
                        + HTTP_DATE.format(now)
                        + "\r\nCache-Control: no-store\r\nContent-Length: "
                        + bytes.length
                        + "\r\n"
                        + headers
                        + "\r\n";
        to.write(head.getBytes(UTF_8));
        to.write(bytes);
    }
}
