package postern.oauth.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import postern.core.DataSize;
import postern.http.Headers;
import postern.http.HttpError;
import postern.http.Request;
import postern.http.Response;
import postern.http.StrictJson;
import postern.oauth.TestAuthorizationServer;

import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * 100,000 registrations from many networks, with one that is far busier than all others, against a
 * table of 50,000. Ends by itself after three minutes at the latest.
 */
@Tag("drill")
class ClientFloodDrillTest {
    private static final int REGISTRATIONS = 100_000;
    private static final int BOUND = 50_000;
    private static final int PER_ROUND = 2_000;
    private static final int AT_ONCE = 256;
    private static final int USED_PER_ROUND = 10;
    private static final Duration BUDGET = Duration.ofMinutes(3);

    /** Long enough that the first half does not expire, so that only the bound can help. */
    private static final Duration STEP = Duration.ofMinutes(1);

    private record Answer(String network, int status, String clientId) {}

    @Test
    void a_flood_of_clients_stays_in_its_bound() throws Exception {
        long start = System.nanoTime();
        List<String> used = new ArrayList<>();
        long bytesWhenFull = 0;
        int done = 0;
        int refused = 0;
        try (var server = TestAuthorizationServer.start()) {
            var parts = server.parts;
            var registration =
                    new Registration(
                            parts.database(),
                            parts.clients(),
                            parts.vault(),
                            parts.clock(),
                            parts.clock().ticker(),
                            parts.random());
            while (done < REGISTRATIONS && System.nanoTime() - start < BUDGET.toNanos()) {
                List<Answer> answers = round(registration, done);
                done += PER_ROUND;
                refused += (int) answers.stream().filter(a -> a.status == 429).count();
                List<String> fresh =
                        answers.stream()
                                .filter(answer -> answer.status == 201)
                                .map(Answer::clientId)
                                .limit(USED_PER_ROUND)
                                .toList();
                parts.database()
                        .write(tx -> {
                            for (String id : fresh) {
                                parts.clients().markUsed(tx, id, parts.clock().instant());
                            }
                            return null;
                        });
                used.addAll(fresh);
                parts.clock().advance(STEP);
                parts.clock().relaxLimits();
                parts.database().emptyLog();
                long rows = parts.database().read(RegisteredClients::count);
                assertTrue(rows <= BOUND, () -> rows + " clients");
                if (rows == BOUND && bytesWhenFull == 0) bytesWhenFull = bytes(server);
            }
            long rows = parts.database().read(RegisteredClients::count);
            System.out.printf(
                    "%,d registrations in %d s, %,d refused; %,d clients, %,d of them used;"
                            + " database %,d KiB when the table was full, %,d KiB in the end%n",
                    done,
                    (System.nanoTime() - start) / 1_000_000_000,
                    refused,
                    rows,
                    used.size(),
                    bytesWhenFull / 1024,
                    bytes(server) / 1024);
            assertEquals(BOUND, rows);
            for (String id : used) assertTrue(parts.clients().find(id).isPresent(), id);
            assertTrue(refused < done / 100, "others were kept out");
            // pages of the indexes split a little differently each time
            assertTrue(bytes(server) < bytesWhenFull * 1.1, "the file still grows");
        }
    }

    private static List<Answer> round(Registration registration, int first) throws Exception {
        List<Future<Answer>> running = new ArrayList<>();
        var slots = new Semaphore(AT_ONCE);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < PER_ROUND; i++) {
                int number = first + i;
                slots.acquire();
                running.add(
                        threads.submit(() -> {
                            try {
                                return register(registration, number);
                            } finally {
                                slots.release();
                            }
                        }));
            }
        }
        List<Answer> answers = new ArrayList<>();
        for (Future<Answer> one : running) answers.add(one.get());
        return answers;
    }

    /** From 20,000 networks, and as much as it may from one more. */
    private static Answer register(Registration registration, int number) throws Exception {
        int network = number % 100 == 0 ? 0 : 1 + number % 20_000;
        String address = "10." + network / 65_536 + "." + network / 256 % 256 + "." + network % 256;
        String body =
                """
                {"client_name": "client %d", "redirect_uris": ["https://c%d.example/callback"],
                 "token_endpoint_auth_method": "none"}
                """
                        .formatted(number, number);
        var request =
                new Request(
                        "POST",
                        "/oauth/register",
                        "",
                        Headers.of(new Response.Header("Content-Type", "application/json")),
                        body.getBytes(UTF_8),
                        address,
                        "r" + number);
        try {
            Response answer = registration.handle(request);
            String id =
                    StrictJson.parseObject(answer.body(), DataSize.ofKibibytes(16))
                            .path("client_id")
                            .asText();
            return new Answer(address, answer.status(), id);
        } catch (HttpError refused) {
            return new Answer(address, refused.status(), "");
        }
    }

    private static long bytes(TestAuthorizationServer server) throws Exception {
        return Files.size(server.folder().resolve("postern.db"));
    }
}
