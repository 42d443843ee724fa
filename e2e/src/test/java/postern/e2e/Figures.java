package postern.e2e;

import java.util.Collection;
import java.util.List;

/** Measured numbers, printed for the reader of a run and never asserted. */
final class Figures {
    private Figures() {}

    static void print(String what, String value) {
        System.out.println("figure: " + what + ": " + value);
    }

    static void printMillis(String what, Collection<Long> millis) {
        List<Long> sorted = millis.stream().sorted().toList();
        long median = sorted.get(sorted.size() / 2);
        print(
                what,
                "min %d, median %d, max %d ms of %d"
                        .formatted(sorted.getFirst(), median, sorted.getLast(), sorted.size()));
    }
}
