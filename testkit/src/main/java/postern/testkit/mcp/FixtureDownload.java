package postern.testkit.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;

/**
 * A download as forgejo-mcp 2.34.1 does it: a small file comes with its text, of a large one only
 * the address, with the advice to fetch it with the token.
 */
final class FixtureDownload {
    static final String DESCRIPTION =
            "Download an issue/PR attachment. Files at or above the inline cap return metadata +"
                    + " browser_download_url only; the caller is expected to fetch that URL with"
                    + " the same auth token.";

    private static final int INLINE_CAP_BYTES = 1 << 20;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private FixtureDownload() {}

    /** The attachment that the API knows under {@code path}. */
    static String download(JsonNode path) throws IOException {
        JsonNode attachment = json(FixtureEffects.forgeRequest(argument(path.asText())));
        long size = attachment.path("size").asLong();
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ObjectNode result = answer.putObject("Result");
        result.set("attachment", attachment);
        if (size < INLINE_CAP_BYTES) {
            ObjectNode follow = argument(path.asText()).put("follow", "browser_download_url");
            String told = FixtureEffects.forgeRequest(follow);
            return result.put("inline", true).put("text", told).toString();
        }
        result.put("inline", false)
                .put(
                        "reason",
                        "size "
                                + size
                                + " bytes >= inline cap "
                                + INLINE_CAP_BYTES
                                + "; fetch browser_download_url with Authorization: token <TOKEN>");
        return asGoWrites(answer.toString());
    }

    private static ObjectNode argument(String path) {
        return JsonNodeFactory.instance.objectNode().put("path", path);
    }

    private static JsonNode json(String told) throws IOException {
        if (!told.startsWith("200 ")) throw new IOException(told);
        return MAPPER.readTree(told.substring(4));
    }

    /** Go's encoder escapes what a browser could take for HTML. */
    private static String asGoWrites(String json) {
        return json.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026");
    }
}
