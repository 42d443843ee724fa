package postern.bridge.legacy;

import postern.bridge.ServerDefinition;
import postern.mcp.Malformed;
import postern.mcp.Message;
import postern.mcp.MessageParser;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What a session's next child is told, so that it stands where the first one stood. */
record Handshake(Message initialize) {
    private static final byte[] INITIALIZED =
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}"
                    .getBytes(StandardCharsets.UTF_8);

    /** Clients that send more than this are not worth keeping it for. */
    private static final int MAX_BYTES = 64 * 1024;

    /** Empty when the server opted out, or there is too much to remember. */
    static Optional<Handshake> of(ServerDefinition server, Message initialize) {
        boolean small = initialize.line().length <= MAX_BYTES;
        return server.revive() && small ? Optional.of(new Handshake(initialize)) : Optional.empty();
    }

    Message initialized() {
        try {
            return MessageParser.fromClient().parse(INITIALIZED);
        } catch (Malformed impossible) {
            throw new IllegalStateException("our own message is malformed", impossible);
        }
    }
}
