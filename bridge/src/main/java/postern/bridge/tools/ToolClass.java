package postern.bridge.tools;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What a call of a tool can do to what the tool works on. */
public enum ToolClass {
    /** Changes nothing. */
    READ("read"),
    /** Adds or changes. */
    WRITE("write"),
    /** Removes, so that a person cannot simply change it back. */
    DESTRUCTIVE("destructive");

    private final String key;

    ToolClass(String key) {
        this.key = key;
    }

    /** As in a table's JSON. */
    String key() {
        return key;
    }

    /**
     * Sets the hints that follow from the class and leaves the rest. {@code openWorldHint} tells
     * whose content a tool meets, not what it changes; whether writing again changes more, only the
     * server knows.
     *
     * @see <a
     *     href="https://modelcontextprotocol.io/specification/2025-11-25/schema#toolannotations">MCP
     *     2025-11-25, ToolAnnotations</a>
     */
    void annotate(ObjectNode annotations) {
        annotations.put("readOnlyHint", this == READ);
        annotations.put("destructiveHint", this == DESTRUCTIVE);
        if (this == READ) annotations.put("idempotentHint", true);
    }
}
