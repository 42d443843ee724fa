package postern.supervisor;

import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what it hears, in order: lines, then exits. */
final class RecordingListener implements ChildListener {
    final List<String> heard = new CopyOnWriteArrayList<>();
    final List<ChildExit> exits = new CopyOnWriteArrayList<>();

    @Override
    public void line(byte[] line) {
        heard.add(new String(line, StandardCharsets.ISO_8859_1));
    }

    @Override
    public void exited(ChildExit exit) {
        heard.add("exited");
        exits.add(exit);
    }

    String awaitLine(int index) {
        await().atMost(Duration.ofSeconds(10)).until(() -> heard.size() > index);
        return heard.get(index);
    }
}
