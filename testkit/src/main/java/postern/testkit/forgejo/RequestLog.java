package postern.testkit.forgejo;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Remembers every finished request, so that a test can say "exactly one refresh". */
final class RequestLog {
    private final List<LoggedRequest> requests = new CopyOnWriteArrayList<>();
    private final AtomicLong sequence = new AtomicLong();

    long next() {
        return sequence.incrementAndGet();
    }

    void add(LoggedRequest request) {
        requests.add(request);
    }

    List<LoggedRequest> all() {
        return requests.stream()
                .sorted(java.util.Comparator.comparingLong(LoggedRequest::sequence))
                .toList();
    }

    void clear() {
        requests.clear();
    }
}
