package postern.testkit.program;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;

/** All that a process wrote to one of its outputs so far; drained always, so it never blocks. */
final class Captured {
    private final StringBuilder text = new StringBuilder();
    private final Thread pump;

    /** A platform thread: reads of pipes would hold carriers of virtual threads. */
    Captured(String name, InputStream stream) {
        pump = Thread.ofPlatform().daemon().name(name).start(() -> drain(stream));
    }

    private void drain(InputStream stream) {
        try (var lines = new BufferedReader(new InputStreamReader(stream, UTF_8))) {
            String line = lines.readLine();
            while (line != null) {
                append(line);
                line = lines.readLine();
            }
        } catch (IOException closed) {
            // The process is gone; what it wrote is kept.
        }
    }

    private synchronized void append(String line) {
        text.append(line).append('\n');
    }

    synchronized String text() {
        return text.toString();
    }

    /**
     * Waits until an exited process's last words are read. Not for long: a descendant that survives
     * keeps the pipe open.
     */
    void join() throws InterruptedException {
        pump.join(300);
    }
}
