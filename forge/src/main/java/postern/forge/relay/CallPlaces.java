package postern.forge.relay;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * Places for calls under way: as many as there are threads, and so few for one person that others
 * find room. Nobody waits for one. Safe for many threads.
 */
final class CallPlaces {
    private final int mostOfOnePerson;
    private final Semaphore free;
    private final Map<Long, Integer> taken = new ConcurrentHashMap<>();

    CallPlaces(int mostOfOnePerson, int inAll) {
        this.mostOfOnePerson = mostOfOnePerson;
        this.free = new Semaphore(inAll);
    }

    /**
     * @return to be closed once, when the thread of the call is free again
     * @throws RelayRefusal 429 when the person has too many calls under way, 503 when all have
     */
    Place take(long person) throws RelayRefusal {
        if (taken.merge(person, 1, Integer::sum) > mostOfOnePerson) {
            giveBack(person);
            throw RelayRefusal.tooManyAtOnce();
        }
        if (!free.tryAcquire()) {
            giveBack(person);
            throw RelayRefusal.busy();
        }
        return () -> {
            free.release();
            giveBack(person);
        };
    }

    private void giveBack(long person) {
        taken.computeIfPresent(person, (_, count) -> count == 1 ? null : count - 1);
    }

    /** One place that is taken. */
    @FunctionalInterface
    interface Place extends AutoCloseable {
        @Override
        void close();
    }
}
