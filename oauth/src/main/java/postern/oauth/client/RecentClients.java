package postern.oauth.client;

import postern.core.Ticker;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Clients that were looked up a moment ago. A registration never changes, and one that has tokens
 * is not forgotten; that one without tokens was forgotten is noticed {@value #LIFE_SECONDS} seconds
 * later.
 */
final class RecentClients {
    private static final int LIFE_SECONDS = 10;
    private static final int MAX_CLIENTS = 1_000;

    private record Seen(Client client, long nanos) {}

    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Seen> seen =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Seen> eldest) {
                    return size() > MAX_CLIENTS;
                }
            };

    RecentClients(Ticker ticker) {
        this.ticker = ticker;
    }

    /**
     * @param lookUp asked when {@code id} was not seen lately; nobody waits for it
     */
    Optional<Client> find(String id, Function<String, Optional<Client>> lookUp) {
        Optional<Client> recent = recent(id);
        if (recent.isPresent()) return recent;
        Optional<Client> found = lookUp.apply(id);
        found.filter(client -> client.kind() == ClientKind.REGISTERED).ifPresent(this::remember);
        return found;
    }

    private Optional<Client> recent(String id) {
        long now = ticker.nanos();
        lock.lock();
        try {
            Seen last = seen.get(id);
            if (last == null) return Optional.empty();
            if (now - last.nanos < Duration.ofSeconds(LIFE_SECONDS).toNanos()) {
                return Optional.of(last.client);
            }
            seen.remove(id);
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private void remember(Client client) {
        long now = ticker.nanos();
        lock.lock();
        try {
            seen.put(client.id(), new Seen(client, now));
        } finally {
            lock.unlock();
        }
    }
}
