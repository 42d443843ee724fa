package postern.bridge.tools;

import postern.access.Scope;

import java.util.Optional;

/**
 * What one grant may do with the tools of one server. A tool that only reads is for every grant,
 * any other one for a grant that may write; what the table does not know counts as writing.
 */
public record ToolPolicy(ToolTable table, Scope scope) {
    public boolean allows(String tool) {
        return !scope.isReadOnly() || table.onlyReads(tool);
    }

    /**
     * The server's answer to {@code tools/list} as the client gets it: without what the grant may
     * not call, with the annotations of the table.
     *
     * @param answer a JSON-RPC response
     * @return empty when the list cannot be read and might show too much
     */
    public Optional<byte[]> edited(byte[] answer) {
        if (!scope.isReadOnly() && table.isEmpty()) return Optional.of(answer);
        try {
            return Optional.of(new ToolListEdit(this).apply(answer));
        } catch (UnreadableToolList unreadable) {
            return scope.isReadOnly() ? Optional.empty() : Optional.of(answer);
        }
    }
}
