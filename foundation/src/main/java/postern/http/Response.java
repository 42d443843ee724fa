package postern.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.core.Check;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One whole answer. The body array is shared for speed: do not change it afterwards. */
@SuppressWarnings("ArrayRecordComponent") // answers are sent, never compared
public record Response(int status, List<Header> headers, byte[] body) {
    private static final byte[] NOTHING = {};

    /**
     * One header field. A value may hold printable ASCII and spaces, so that nothing in it can end
     * the field; a name is an RFC 9110 token.
     */
    public record Header(String name, String value) {
        private static final int MAX_NAME = 128;
        private static final String TOKEN_MARKS = "!#$%&'*+.^_`|~-"; // RFC 9110 section 5.6.2

        public Header {
            boolean named = !name.isEmpty() && name.length() <= MAX_NAME;
            for (int i = 0; i < name.length(); i++) named &= isTokenCharacter(name.charAt(i));
            Check.that(named, "header name", "must be a token");
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                Check.that(c >= 0x20 && c <= 0x7e, "header value", "must be printable ASCII");
            }
        }

        private static boolean isTokenCharacter(char c) {
            return c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || c >= '0' && c <= '9'
                    || TOKEN_MARKS.indexOf(c) >= 0;
        }
    }

    public Response {
        headers = List.copyOf(headers);
        Check.between("status", status, 200, 599);
    }

    public static Response json(int status, byte[] body) {
        return new Response(status, List.of(type("application/json")), body);
    }

    public static Response json(int status, String body) {
        return json(status, body.getBytes(StandardCharsets.UTF_8));
    }

    public static Response html(int status, String body) {
        return ofText(status, "text/html; charset=utf-8", body);
    }

    public static Response text(int status, String body) {
        return ofText(status, "text/plain; charset=utf-8", body);
    }

    public static Response empty(int status) {
        return new Response(status, List.of(), NOTHING);
    }

    /** 303: after a POST, too, the next request is a GET. Source: OAuth 2.1 §7.5.3. */
    public static Response seeOther(String location) {
        return empty(303).with("Location", location).with("Cache-Control", "no-store");
    }

    /** RFC 9457 problem JSON. */
    public static Response problem(int status, String title, String hint) {
        return problem(problemNode(status, title, hint));
    }

    static ObjectNode problemNode(int status, String title, String hint) {
        ObjectNode problem = JsonNodeFactory.instance.objectNode();
        return problem.put("title", title).put("status", status).put("detail", hint);
    }

    static Response problem(ObjectNode problem) {
        byte[] body = problem.toString().getBytes(StandardCharsets.UTF_8);
        return new Response(
                        problem.path("status").asInt(),
                        List.of(type("application/problem+json")),
                        body)
                .with("Cache-Control", "no-store");
    }

    /** The same answer with one more field. */
    public Response with(String name, String value) {
        List<Header> more = new ArrayList<>(headers);
        more.add(new Header(name, value));
        return new Response(status, more, body);
    }

    private static Response ofText(int status, String mediaType, String body) {
        return new Response(
                status, List.of(type(mediaType)), body.getBytes(StandardCharsets.UTF_8));
    }

    private static Header type(String mediaType) {
        return new Header("Content-Type", mediaType);
    }
}
