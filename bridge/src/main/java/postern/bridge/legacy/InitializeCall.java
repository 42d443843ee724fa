package postern.bridge.legacy;

import postern.mcp.Message;
import postern.mcp.RequestId;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The first call of a session; empty when the child ended without an answer. */
record InitializeCall(RequestId childId, CompletableFuture<Optional<Message>> answered)
        implements Call {
    @Override
    public Optional<RequestId> progressToken() {
        return Optional.empty();
    }

    @Override
    public void answer(Message message) {
        answered.complete(Optional.of(message));
    }

    @Override
    public void fail(int code, String text) {
        answered.complete(Optional.empty());
    }

    @Override
    public boolean message(byte[] line) {
        return false;
    }
}
