package postern.oauth.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Rules C4, C6, C7 and C9: when a document is fetched and which copy counts. */
class ClientDocumentsTest {
    private static final String URL = "https://app.example/client.json";
    private static final String CLAUDE = "https://claude.ai/oauth/mcp-oauth-client-metadata";

    @TempDir static Path folder;
    private static Database database;
    private final TestClock clock = new TestClock();
    private final AtomicInteger fetches = new AtomicInteger();
    private Optional<Duration> maxAge = Optional.empty();
    private String redirectUri = "https://app.example/cb";
    private boolean down;
    private FetchFailed.Kind failure = FetchFailed.Kind.UNAVAILABLE;
    private ClientDocuments documents;

    @BeforeAll
    static void open() throws Exception {
        database = Database.open(folder.resolve("postern.db"));
    }

    @BeforeEach
    void forget() {
        database.write(tx -> tx.update("delete from client_document"));
        documents = documents(DocumentPolicy.OPEN);
    }

    @AfterAll
    static void close() {
        database.close();
    }

    private ClientDocuments documents(DocumentPolicy policy) {
        return new ClientDocuments(
                policy,
                this::fetch,
                database,
                URI.create("https://mcp.example"),
                clock,
                clock.ticker());
    }

    private Fetched fetch(URI url) throws FetchFailed {
        fetches.incrementAndGet();
        if (down) throw new FetchFailed(failure, "down");
        return new Fetched(document(url.toString()).getBytes(UTF_8), maxAge);
    }

    private String document(String url) {
        return "{\"client_id\":\""
                + url
                + "\",\"client_name\":\"App\",\"redirect_uris\":[\""
                + redirectUri
                + "\"]}";
    }

    private Client current() {
        return documents.current(URL, "192.0.2.1");
    }

    private void refused() {
        OAuthError error = assertThrows(OAuthError.class, this::current);
        assertEquals(OAuthError.Code.INVALID_CLIENT, error.code());
    }

    @Test
    void C6_a_good_document_is_kept_for_its_age_within_our_bounds() {
        keptFor(Optional.of(Duration.ofHours(2)), Duration.ofHours(2));
        keptFor(Optional.of(Duration.ZERO), Duration.ofMinutes(1));
        keptFor(Optional.of(Duration.ofDays(365)), Duration.ofHours(24));
        keptFor(Optional.empty(), Duration.ofHours(1));
    }

    private void keptFor(Optional<Duration> said, Duration kept) {
        clock.advance(Duration.ofDays(2));
        maxAge = said;
        fetches.set(0);
        current();
        clock.advance(kept.minusMillis(1));
        current();
        assertEquals(1, fetches.get());
        clock.advance(Duration.ofMillis(1));
        current();
        assertEquals(2, fetches.get());
    }

    @Test
    void C7_what_a_later_version_leaves_out_is_dead() {
        assertEquals(List.of("https://app.example/cb"), current().redirectUris());
        redirectUri = "https://app.example/new";
        clock.advance(Duration.ofHours(1));
        assertEquals(List.of("https://app.example/new"), current().redirectUris());
    }

    @Test
    void C6_a_failure_is_not_kept_but_not_repeated_at_once() {
        down = true;
        refused();
        refused();
        assertEquals(1, fetches.get());
        down = false;
        clock.relaxLimits();
        current();
        assertEquals(2, fetches.get());
    }

    @Test
    void C6_the_last_good_copy_serves_a_day_longer_and_not_for_ever() {
        current();
        down = true;
        clock.advance(Duration.ofHours(25).minusMillis(1));
        assertEquals("App", current().name());
        clock.relaxLimits();
        clock.advance(Duration.ofMillis(1));
        refused();
        assertTrue(documents.remembered(URL).isPresent(), "a refresh token stays good");
    }

    @Test
    void C7_a_document_that_becomes_invalid_is_dead_for_new_sign_ins_only() {
        current();
        redirectUri = "javascript:alert(1)";
        clock.advance(Duration.ofHours(2));
        refused();
        refused();
        assertEquals(2, fetches.get(), "the pause after a failure does not bring it back");
        assertEquals(
                List.of("https://app.example/cb"),
                documents.remembered(URL).orElseThrow().redirectUris());
    }

    @Test
    void C7_a_document_that_is_gone_stays_dead_when_its_host_goes_down() {
        current();
        down = true;
        failure = FetchFailed.Kind.NOT_USABLE;
        clock.advance(Duration.ofHours(1));
        refused();
        failure = FetchFailed.Kind.UNAVAILABLE;
        clock.relaxLimits();
        refused();
        documents = documents(DocumentPolicy.OPEN);
        refused();
        assertTrue(documents.remembered(URL).isPresent(), "a refresh token stays good");
        down = false;
        clock.relaxLimits();
        assertEquals("App", current().name());
    }

    @Test
    void C6_limits_of_ours_keep_an_old_copy_alive_for_five_minutes_only() {
        current();
        down = true;
        failure = FetchFailed.Kind.OUR_LIMIT;
        clock.advance(Duration.ofMinutes(65).minusMillis(1));
        assertEquals("App", current().name());
        clock.advance(Duration.ofMillis(1));
        assertEquals(503, assertThrows(HttpError.class, this::current).status());
    }

    @Test
    void C6_what_its_host_does_not_want_kept_never_serves_stale() {
        maxAge = Optional.of(Duration.ZERO);
        current();
        down = true;
        clock.advance(Duration.ofMinutes(1));
        refused();
    }

    @Test
    void C9_after_a_restart_with_the_host_down_the_copy_is_there() throws Exception {
        current();
        down = true;
        database.close();
        database = Database.open(folder.resolve("postern.db"));
        documents = documents(DocumentPolicy.OPEN);
        assertEquals("App", documents.remembered(URL).orElseThrow().name());
        assertEquals(1, fetches.get());
    }

    @Test
    void C4_who_comes_while_a_fetch_is_under_way_gets_what_it_brings() throws Exception {
        var go = new CountDownLatch(1);
        var reached = new CountDownLatch(1);
        documents =
                new ClientDocuments(
                        DocumentPolicy.OPEN,
                        url -> {
                            reached.countDown();
                            try {
                                go.await();
                            } catch (InterruptedException stopped) {
                                throw new FetchFailed("stopped", stopped);
                            }
                            return fetch(url);
                        },
                        database,
                        URI.create("https://mcp.example"),
                        clock,
                        clock.ticker());
        List<FutureTask<Client>> callers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String network = "192.0.2." + i;
            var caller = new FutureTask<>(() -> documents.current(URL, network));
            callers.add(caller);
            Thread.ofVirtual().start(caller);
        }
        assertTrue(reached.await(10, TimeUnit.SECONDS));
        go.countDown();
        for (FutureTask<Client> caller : callers) {
            assertEquals("App", caller.get(10, TimeUnit.SECONDS).name());
        }
        assertEquals(1, fetches.get());
    }

    @Test
    void one_caller_has_ten_fetches_and_all_together_sixty() {
        documents.current(URL, "192.0.2.99");
        for (int i = 0; i < 30; i++) tryFetch("https://h" + i + ".example/c", "192.0.2.1");
        assertEquals(11, fetches.get());
        for (int i = 30; i < 130; i++) tryFetch("https://h" + i + ".example/c", "10.0.0." + i);
        assertEquals(60, fetches.get());
        assertEquals("App", current().name(), "what is known does not need a fetch");
    }

    private void tryFetch(String url, String caller) {
        try {
            documents.current(url, caller);
        } catch (HttpError refused) {
            assertEquals(503, refused.status());
        }
    }

    @Test
    void copies_that_nobody_used_are_bounded_and_used_ones_stay() {
        current();
        database.write(tx -> {
            documents.markUsed(tx, URL, clock.instant());
            return null;
        });
        var table = new DocumentTable();
        database.write(tx -> {
            for (int i = 0; i < 2_100; i++) {
                String url = "https://h" + i + ".example/c";
                clock.advance(Duration.ofMillis(1));
                Client client =
                        ClientDocument.parse(
                                url, document(url).getBytes(UTF_8), ClientKind.DOCUMENT);
                table.keep(
                        tx,
                        new DocumentTable.Stored(
                                client, clock.instant(), clock.instant().plusSeconds(60)));
            }
            return null;
        });
        int rows =
                database.read(tx ->
                        tx.first("select count(*) from client_document", row -> row.getInt(1))
                                .orElseThrow());
        assertEquals(2_001, rows);
        assertTrue(documents.remembered(URL).isPresent());
        assertTrue(documents.remembered("https://h99.example/c").isEmpty());
        assertTrue(documents.remembered("https://h100.example/c").isPresent());
    }

    @Test
    void shipped_copies_are_used_without_asking_anybody() {
        assertEquals("Claude", documents.current(CLAUDE, "192.0.2.1").name());
        assertEquals("Claude", documents.remembered(CLAUDE).orElseThrow().name());
        assertEquals(0, fetches.get());
    }

    @Test
    void policies_narrow_what_counts() {
        current();
        documents = documents(DocumentPolicy.SHIPPED);
        refused();
        assertTrue(documents.remembered(URL).isEmpty());
        assertEquals("Claude", documents.current(CLAUDE, "192.0.2.1").name());
        documents = documents(DocumentPolicy.OFF);
        refused();
        assertThrows(OAuthError.class, () -> documents.current(CLAUDE, "192.0.2.1"));
        assertTrue(documents.remembered(CLAUDE).isEmpty());
        assertEquals(1, fetches.get());
    }

    @Test
    void C1_nothing_is_fetched_for_a_bad_url_or_from_ourselves() {
        for (String url :
                List.of(
                        "https://127.0.0.1/c",
                        "https://app.example/a/../b",
                        "https://mcp.example/authorize?client_id=https://mcp.example/a")) {
            assertThrows(OAuthError.class, () -> documents.current(url, "192.0.2.1"));
        }
        assertEquals(0, fetches.get());
    }
}
