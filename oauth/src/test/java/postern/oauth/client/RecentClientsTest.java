package postern.oauth.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

class RecentClientsTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
    private final Map<String, Client> stored = new HashMap<>();
    private final RecentClients recent = new RecentClients(nanos::get);
    private int lookUps;

    private Optional<Client> find(String id) {
        return recent.find(
                id,
                asked -> {
                    lookUps++;
                    return Optional.ofNullable(stored.get(asked));
                });
    }

    private void store(String id, ClientKind kind) {
        stored.put(
                id,
                new Client(
                        kind,
                        id,
                        "name",
                        List.of("http://127.0.0.1/cb"),
                        AuthMethod.NONE,
                        Optional.empty(),
                        Set.of("refresh_token")));
    }

    @Test
    void a_registered_client_is_looked_up_once_in_ten_seconds() {
        store("a", ClientKind.REGISTERED);
        for (int i = 0; i < 100; i++) assertTrue(find("a").isPresent());
        assertEquals(1, lookUps);
        nanos.addAndGet(Duration.ofSeconds(10).toNanos());
        stored.clear();
        assertTrue(find("a").isEmpty(), "one that was forgotten is unknown");
        assertEquals(2, lookUps);
    }

    @Test
    void nothing_is_remembered_of_an_unknown_client() {
        assertTrue(find("a").isEmpty());
        store("a", ClientKind.REGISTERED);
        assertTrue(find("a").isPresent());
    }

    @Test
    void what_a_document_says_is_asked_each_time() {
        store("https://client.example/c", ClientKind.DOCUMENT);
        for (int i = 0; i < 3; i++) assertTrue(find("https://client.example/c").isPresent());
        assertEquals(3, lookUps);
    }

    @Test
    void the_eldest_makes_room() {
        for (int i = 0; i <= 1_000; i++) {
            store("c" + i, ClientKind.REGISTERED);
            assertTrue(find("c" + i).isPresent());
        }
        assertTrue(find("c1000").isPresent());
        assertEquals(1_001, lookUps);
        assertTrue(find("c0").isPresent());
        assertEquals(1_002, lookUps);
    }
}
