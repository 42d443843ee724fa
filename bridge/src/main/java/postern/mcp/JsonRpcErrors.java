package postern.mcp;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Error messages of our own. Texts are fixed English; only ids are taken from a message.
 *
 * @see <a href="https://www.jsonrpc.org/specification#error_object">JSON-RPC 2.0, section 5.1</a>
 */
public final class JsonRpcErrors {
    public static final int PARSE_ERROR = -32700;
    public static final int INVALID_REQUEST = -32600;
    public static final int METHOD_NOT_FOUND = -32601;
    public static final int INVALID_PARAMS = -32602;

    /** Ours, and a code that no client reads as an error of the 2026-07-28 family. */
    public static final int SERVER_ERROR = -32000;

    private JsonRpcErrors() {}

    /**
     * One error response.
     *
     * @param id JSON text of the id that is answered; empty becomes null
     * @param text fixed English without quotes, backslashes and control characters
     */
    public static byte[] error(Optional<byte[]> id, int code, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x20 || c == '"' || c == '\\') {
                throw new IllegalArgumentException("an error text must need no escaping");
            }
        }
        String rest = ",\"error\":{\"code\":" + code + ",\"message\":\"" + text + "\"}}";
        byte[] head = "{\"jsonrpc\":\"2.0\",\"id\":".getBytes(StandardCharsets.UTF_8);
        byte[] value = id.orElse("null".getBytes(StandardCharsets.UTF_8));
        return Bytes.join(head, value, rest.getBytes(StandardCharsets.UTF_8));
    }
}
