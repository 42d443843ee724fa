package postern.http;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** placeholder */
public final class EventStream implements AutoCloseable {
    EventStream(Call call) {}
    static EventStream neverOpened() { return new EventStream(null); }
    void start() {}
    void gone(String why) {}
    public void send(ServerSentEvent event) throws StreamGone { throw new StreamGone("not yet"); }
    public void keepAlive() throws StreamGone {}
    public CompletableFuture<String> closed() { return new CompletableFuture<>(); }
    @Override public void close() {}
}
