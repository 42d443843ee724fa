package postern.oauth.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import postern.fetch.FetchFailed;
import postern.fetch.Fetched;
import postern.http.HttpError;
import postern.oauth.OAuthError;
import postern.oauth.TestClock;
import postern.store.Database;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Strangers who ask for many documents, and for slow ones, keep neither places nor known clients.
 */
class FetchFloodTest {
    private static final String URL = "https://app.example/client.json";
    private static final String REFUSED = "refused";

    @TempDir Path folder;
    private final TestClock clock = new TestClock();
    private final CountDownLatch go = new CountDownLatch(1);
    private final List<Thread> callers = new ArrayList<>();
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> begun = new LinkedBlockingQueue<>();
    private Database database;
    private ClientDocuments documents;

    @BeforeEach
    void open() throws Exception {
        database = Database.open(folder.resolve("postern.db"));
        documents = documents();
    }

    @AfterEach
    void close() throws Exception {
        go.countDown();
        for (Thread caller : callers) caller.join();
        database.close();
    }

    private ClientDocuments documents() {
        return new ClientDocuments(
                DocumentPolicy.OPEN,
                this::fetch,
                database,
                URI.create("https://mcp.example"),
                clock,
                clock.ticker());
    }

    /** Hosts that are called slow answer when the test says so. */
    private Fetched fetch(URI url) throws FetchFailed {
        begun.add(url.toString());
        if (url.getHost().startsWith("slow")) {
            try {
                go.await();
            } catch (InterruptedException stopped) {
                throw new FetchFailed("stopped", stopped);
            }
        }
        String document =
                "{\"client_id\":\"%s\",\"client_name\":\"App\",\"redirect_uris\":[\"%s\"]}"
                        .formatted(url, "https://app.example/cb");
        return new Fetched(document.getBytes(UTF_8), Optional.empty());
    }

    private void call(String url, String network) {
        callers.add(Thread.ofVirtual().start(() -> answers.add(answer(url, network))));
    }

    private String answer(String url, String network) {
        try {
            return documents.current(url, network).name();
        } catch (HttpError refused) {
            assertEquals(503, refused.status());
            assertEquals("Retry-After", refused.headers().getFirst().name());
            return REFUSED;
        } catch (OAuthError | AssertionError other) {
            return other.toString();
        }
    }

    private void assertAnswered(int times, String answer) throws InterruptedException {
        for (int i = 0; i < times; i++) assertEquals(answer, answers.poll(20, TimeUnit.SECONDS));
    }

    /** Signed in with just now, and allowed for a year. */
    private void used(String url) {
        documents.current(url, "home");
        markUsed(url);
        GrantRows.add(
                database, "live", url, clock.instant(), clock.instant().plus(days(365)), null);
    }

    private void markUsed(String url) {
        database.write(tx -> {
            documents.markUsed(tx, url, clock.instant());
            return null;
        });
    }

    private static Duration days(int count) {
        return Duration.ofDays(count);
    }

    @Test
    void eight_wait_for_one_document_and_the_others_are_refused_at_once() throws Exception {
        for (int i = 0; i < 20; i++) call("https://slow.example/c", "network " + i);
        assertAnswered(12, REFUSED);
        go.countDown();
        assertAnswered(8, "App");
        assertEquals(1, begun.size());
    }

    @Test
    void one_network_waits_four_times_for_whatever_documents() throws Exception {
        for (int i = 0; i < 9; i++) call("https://slow" + i % 3 + ".example/c", "flood");
        assertAnswered(5, REFUSED);
        call("https://slow0.example/c", "home");
        go.countDown();
        assertAnswered(5, "App");
    }

    @Test
    void in_all_64_wait() throws Exception {
        for (int i = 0; i < 96; i++) call("https://slow" + i % 12 + ".example/c", "network " + i);
        assertAnswered(32, REFUSED);
        go.countDown();
        assertAnswered(64, "App");
        call("https://app.example/c", "home");
        assertAnswered(1, "App");
    }

    @Test
    void slow_hosts_of_strangers_leave_fetches_over_for_known_clients() throws Exception {
        used(URL);
        clock.advance(days(60));
        begun.clear();
        for (int i = 0; i < 12; i++) call("https://slow" + i + ".example/c", "network " + i);
        for (int i = 0; i < 12; i++) assertTrue(begun.poll(20, TimeUnit.SECONDS) != null);
        assertEquals(REFUSED, answer("https://other.example/c", "home"));
        assertEquals("App", answer(URL, "home"));
        assertEquals(List.of(URL), List.copyOf(begun));
        go.countDown();
        assertAnswered(12, "App");
        assertEquals("App", answer("https://other.example/c", "home"), "its place was given back");
    }

    @Test
    void fetches_of_strangers_do_not_use_up_those_of_known_clients() {
        used(URL);
        clock.advance(days(60));
        for (int i = 0; i < 70; i++) answer("https://h" + i + ".example/c", "network " + i);
        assertEquals(REFUSED, answer("https://other.example/c", "home"));
        begun.clear();
        assertEquals("App", answer(URL, "home"));
        assertEquals(List.of(URL), List.copyOf(begun));
    }

    @Test
    void a_known_client_that_cannot_be_asked_for_is_served_stale_for_a_day_and_no_longer() {
        used(URL);
        clock.advance(Duration.ofHours(1));
        for (int i = 0; i < 10; i++) answer("https://h" + i + ".example/c", "flood");
        begun.clear();
        clock.advance(days(1).minusMillis(1));
        assertEquals("App", answer(URL, "flood"));
        clock.advance(Duration.ofMillis(1));
        assertEquals(REFUSED, answer(URL, "flood"));
        assertTrue(begun.isEmpty());
    }

    @Test
    void a_used_client_whose_grant_has_ended_is_not_known_any_more() {
        documents.current(URL, "home");
        markUsed(URL);
        GrantRows.add(
                database,
                "ended",
                URL,
                clock.instant(),
                clock.instant().plus(days(365)),
                clock.instant());
        clock.advance(Duration.ofHours(1).plusMinutes(5));
        for (int i = 0; i < 10; i++) answer("https://h" + i + ".example/c", "flood");
        assertEquals(REFUSED, answer(URL, "flood"));
    }

    @Test
    void copies_unused_for_90_days_without_a_live_grant_are_forgotten() {
        var clients = new Clients(database, List.of(), documents);
        for (int i = 0; i < 450; i++) store("https://h" + i + ".example/c");
        used(URL);
        clock.advance(days(90));
        store("https://recent.example/c");
        clients.tidy(clock.instant());
        assertEquals(452, rows(), "not a moment too early");
        clock.advance(Duration.ofMillis(1));
        documents.current("https://h7.example/c", "home");
        clients.tidy(clock.instant());
        assertEquals(3, rows());
        assertTrue(documents.remembered(URL).isPresent(), "its grant lives");
        assertTrue(documents.remembered("https://recent.example/c").isPresent());
        assertTrue(documents.remembered("https://h7.example/c").isPresent(), "about to be used");
    }

    private void store(String url) {
        var client =
                ClientDocument.parse(
                        url,
                        ("{\"client_id\":\"%s\",\"client_name\":\"App\","
                                        + "\"redirect_uris\":[\"https://app.example/cb\"]}")
                                .formatted(url)
                                .getBytes(UTF_8),
                        ClientKind.DOCUMENT);
        var table = new DocumentTable();
        database.write(tx -> {
            table.keep(
                    tx,
                    new DocumentTable.Stored(
                            client, clock.instant(), clock.instant().plusSeconds(60)));
            table.markUsed(tx, url, clock.instant());
            return null;
        });
    }

    private int rows() {
        return database.read(tx ->
                tx.first("select count(*) from client_document", row -> row.getInt(1))
                        .orElseThrow());
    }
}
