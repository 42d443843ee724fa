package postern.bridge.tools;

/** An answer to {@code tools/list} that is too long or has another shape than MCP's. */
final class UnreadableToolList extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadableToolList(String what) {
        super(what, null, false, false);
    }
}
