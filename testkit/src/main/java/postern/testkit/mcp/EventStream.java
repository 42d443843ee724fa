package postern.testkit.mcp;

import java.io.IOException;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An open GET stream; closing it breaks the connection as a vanished client does. */
public final class EventStream implements AutoCloseable {
    private final int status;
    private final HttpHeaders headers;
    private final SseReader reader;
    private final BlockingQueue<SseEvent> events = new LinkedBlockingQueue<>();
    private final Thread pump;

    EventStream(int status, HttpHeaders headers, SseReader reader) {
        this.status = status;
        this.headers = headers;
        this.reader = reader;
        this.pump = Thread.ofVirtual().name("testkit-event-stream").start(this::pump);
    }

    /** 200 for a stream; anything else has no events. */
    public int status() {
        return status;
    }

    public HttpHeaders headers() {
        return headers;
    }

    /** The next event, or nothing within {@code patience}. */
    public Optional<SseEvent> next(Duration patience) throws InterruptedException {
        return Optional.ofNullable(events.poll(patience.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** Keep-alive comments so far. */
    public long comments() {
        return reader.comments();
    }

    /** Whether the server ended the stream. */
    public boolean hasEnded() {
        return !pump.isAlive();
    }

    private void pump() {
        try {
            Optional<SseEvent> event = reader.next();
            while (event.isPresent()) {
                events.add(event.get());
                event = reader.next();
            }
        } catch (IOException closed) {
            // Either side broke the connection: the stream has ended.
        }
    }

    @Override
    public void close() throws IOException {
        pump.interrupt();
        reader.close();
    }
}
