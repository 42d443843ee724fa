package postern.supervisor;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Remembers what it hears, in order: lines, then exits. */
final class RecordingListener implements ChildListener {
    final List<String> heard = new CopyOnWriteArrayList<>();
    final List<ChildExit> exits = new CopyOnWriteArrayList<>();
    private final Semaphore lines = new Semaphore(0);

    @Override
    public void line(byte[] line) {
        heard.add(new String(line, StandardCharsets.ISO_8859_1));
        lines.release();
    }

    @Override
    public void exited(ChildExit exit) {
        heard.add("exited");
        exits.add(exit);
    }

    /** Waits for the line with this index, counted from 0; by the waking, not by looking again. */
    String awaitLine(int index) throws InterruptedException {
        if (!lines.tryAcquire(index + 1, 10, TimeUnit.SECONDS)) {
            throw new AssertionError("line " + index + " did not come, heard " + heard.size());
        }
        lines.release(index + 1);
        return heard.get(index);
    }
}
