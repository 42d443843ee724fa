package postern.bridge.legacy;

import postern.mcp.Message;
import postern.mcp.RequestId;

import java.util.Optional;

/**
 * A request that waits for its child's answer. Exactly one of {@link #answer} and {@link #fail} has
 * an effect, once, from any thread; nothing here blocks.
 */
sealed interface Call permits PostCall, InitializeCall {
    /** As the child knows it. */
    RequestId childId();

    Optional<RequestId> progressToken();

    void answer(Message message);

    void fail(int code, String text);

    /** Hands on what the child sends before the answer; false when this call cannot. */
    boolean message(byte[] line);
}
