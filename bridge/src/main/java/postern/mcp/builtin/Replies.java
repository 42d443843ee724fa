package postern.mcp.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.ReentrantLock;

/** Writes whole lines, one writer at a time. */
final class Replies {
    private final OutputStream out;
    private final ObjectMapper json;
    private final ReentrantLock lock = new ReentrantLock();

    Replies(OutputStream out, ObjectMapper json) {
        this.out = out;
        this.json = json;
    }

    ObjectNode object() {
        return json.createObjectNode();
    }

    void result(JsonNode id, ObjectNode result) throws IOException {
        ObjectNode message = object().put("jsonrpc", "2.0");
        message.set("id", id);
        message.set("result", result);
        write(message);
    }

    /** {@code id} may be null. */
    void error(JsonNode id, int code, String text) throws IOException {
        ObjectNode message = object().put("jsonrpc", "2.0");
        message.set("id", id);
        message.putObject("error").put("code", code).put("message", text);
        write(message);
    }

    void notification(String method, ObjectNode params) throws IOException {
        ObjectNode message = object().put("jsonrpc", "2.0").put("method", method);
        message.set("params", params);
        write(message);
    }

    private void write(ObjectNode message) throws IOException {
        byte[] line = json.writeValueAsBytes(message);
        lock.lock();
        try {
            out.write(line);
            out.write('\n');
            out.flush();
        } finally {
            lock.unlock();
        }
    }
}
