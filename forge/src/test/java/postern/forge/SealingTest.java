package postern.forge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import postern.access.Caller;
import postern.access.EndReason;
import postern.access.Scope;
import postern.access.UpstreamLease;
import postern.store.StoreUnavailable;
import postern.testkit.forgejo.Personality;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The key of a set is sealed to a person's grants before the transaction that stores the set, and
 * every live grant opens the newest set whatever happens in between.
 */
class SealingTest {
    private static final Duration HOUR = Duration.ofHours(1);

    /** The most that a person may have. */
    private static final int ALL = 100;

    @TempDir Path folder;

    private final WatchedRandom random = new WatchedRandom();
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private Bench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new Bench(folder, Personality.FORGEJO_15, random);
    }

    @AfterEach
    void close() {
        executor.close();
        bench.close();
    }

    @Test
    void a_sign_in_seals_as_little_in_transactions_with_a_hundred_grants_as_with_two()
            throws Exception {
        bench.grant("alice");
        Caller bob = bench.grant("bob");
        bareGrants(bob, ALL - 2);
        int withTwo = inTransactions(() -> bench.grant("alice"));
        int withAll = inTransactions(() -> bench.grant("bob"));
        assertEquals(ALL, keysOf(bob));
        assertTrue(withTwo > 0, "the new grant's own");
        assertEquals(withTwo, withAll);
    }

    @Test
    void a_sign_in_with_all_grants_that_a_person_may_have_seals_no_more() throws Exception {
        bench.grant("alice");
        Caller bob = bench.grant("bob");
        bareGrants(bob, ALL - 1);
        int withTwo = inTransactions(() -> bench.grant("alice"));
        int withAll = inTransactions(() -> bench.grant("bob"));
        assertEquals(ALL, keysOf(bob), "one has made room");
        assertEquals(withTwo, withAll);
    }

    @Test
    void a_refresh_seals_as_little_in_transactions_with_a_hundred_grants_as_with_one()
            throws Exception {
        Caller alice = bench.grant("alice");
        Caller bob = bench.grant("bob");
        bareGrants(bob, ALL - 1);
        bench.store.clock.advance(HOUR);
        int withOne = inTransactions(() -> opens(alice));
        int withAll = inTransactions(() -> opens(bob));
        assertEquals(2, bench.forge.tokenRequestCount(Bench.REFRESH));
        assertEquals(ALL, keysOf(bob));
        assertEquals(withOne, withAll);
    }

    @Test
    void others_write_while_a_person_s_keys_are_sealed() throws Exception {
        Caller alice = bench.grant("alice");
        bench.store.clock.advance(HOUR);
        try (Gate sealing = random.stopNext()) {
            Future<UpstreamLease> refreshed = executor.submit(() -> bench.upstream.lease(alice));
            sealing.awaitReached();
            Future<Integer> other =
                    executor.submit(() ->
                            bench.store.database.write(
                                    tx -> tx.update("delete from upstream_sign_in")));
            assertEquals(0, other.get(10, TimeUnit.SECONDS));
            assertFalse(refreshed.isDone());
            sealing.close();
            refreshed.get().close();
        }
    }

    @Test
    void a_grant_that_is_made_while_keys_are_sealed_opens_the_set_and_one_that_ended_has_no_key()
            throws Exception {
        Caller alice = bench.grant("alice");
        Caller ending = bench.grant("alice");
        bench.store.clock.advance(HOUR);
        Caller made;
        try (Gate sealing = random.stopNext()) {
            Future<UpstreamLease> refreshed = executor.submit(() -> bench.upstream.lease(alice));
            sealing.awaitReached();
            made = bareGrant(alice);
            end(ending);
            sealing.close();
            refreshed.get().close();
        }
        opens(alice);
        opens(made);
        assertEquals(2, keysOf(alice));
        assertEquals(1, bench.forge.tokenRequestCount(Bench.REFRESH));
    }

    @Test
    void a_set_that_another_process_stored_while_keys_were_sealed_is_replaced_for_all_grants()
            throws Exception {
        Caller alice = bench.grant("alice");
        try (ForgejoUpstream other = bench.upstream(bench.app.clientSecret())) {
            SignedIn older = bench.signIn("alice");
            bench.store.clock.advance(HOUR);
            Caller made;
            try (Gate sealing = random.stopNext()) {
                Future<UpstreamLease> refreshed =
                        executor.submit(() -> bench.upstream.lease(alice));
                sealing.awaitReached();
                made = bench.store.grant(other, older, Scope.FULL);
                sealing.close();
                refreshed.get().close();
            }
            assertEquals(3, counter(), "the refresh's");
            opens(alice);
            opens(made);
            assertEquals(1, bench.forge.tokenRequestCount(Bench.REFRESH));
        }
    }

    @Test
    void whoever_else_keeps_a_set_of_the_person_waits_until_prepared_keys_are_stored()
            throws Exception {
        Caller alice = bench.grant("alice");
        SignedIn older = bench.signIn("alice");
        bench.store.clock.advance(HOUR);
        try (Gate sealing = random.stopNext()) {
            Future<UpstreamLease> refreshed = executor.submit(() -> bench.upstream.lease(alice));
            sealing.awaitReached();
            Future<Caller> made =
                    executor.submit(() -> bench.store.grant(bench.upstream, older, Scope.FULL));
            assertThrows(TimeoutException.class, () -> made.get(300, TimeUnit.MILLISECONDS));
            // but nobody else's
            bench.grant("bob");
            sealing.close();
            refreshed.get().close();
            opens(made.get());
        }
        opens(alice);
    }

    @Test
    void a_write_whose_caller_is_gone_seals_under_no_key_that_was_overwritten() throws Exception {
        Caller alice = bench.grant("alice");
        SignedIn signedIn = bench.signIn("alice");
        var told = new AtomicReference<Exception>();
        try (Gate writing = bench.store.hold("insert into person")) {
            Thread caller =
                    Thread.ofPlatform()
                            .start(() -> {
                                try {
                                    bench.store.grant(bench.upstream, signedIn, Scope.FULL);
                                } catch (StoreUnavailable interrupted) {
                                    told.set(interrupted);
                                }
                            });
            writing.awaitReached();
            caller.interrupt();
            caller.join();
        }
        assertInstanceOf(StoreUnavailable.class, told.get());
        bench.store.database.write(tx -> "after that one");
        assertEquals(2, liveGrants(alice), "the write was made all the same");
        opens(alice);
    }

    @Test
    void sign_ins_and_refreshes_at_once_leave_a_set_that_every_live_grant_opens() throws Exception {
        List<Caller> live = new ArrayList<>();
        live.add(bench.grant("alice"));
        for (int round = 0; round < 4; round++) {
            Caller ending = bench.grant("alice");
            bench.store.clock.advance(HOUR);
            List<SignInRequest> trips = List.of(bench.trip(), bench.trip(), bench.trip());
            List<Future<Caller>> made = new ArrayList<>();
            List<Future<?>> others = new ArrayList<>();
            for (SignInRequest trip : trips) {
                String code = bench.code("alice", trip);
                made.add(
                        executor.submit(() -> {
                            SignedIn signedIn = bench.upstream.finish(SignInAnswer.of(code), trip);
                            return bench.store.grant(bench.upstream, signedIn, Scope.FULL);
                        }));
                others.add(
                        executor.submit(() -> {
                            bench.upstream.lease(live.getFirst()).close();
                            return null;
                        }));
            }
            others.add(executor.submit(() -> end(ending)));
            for (Future<?> other : others) other.get();
            for (Future<Caller> caller : made) live.add(caller.get());
            for (Caller caller : live) opens(caller);
            assertEquals(live.size(), keysOf(live.getFirst()));
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    /** How often randomness was needed within transactions. */
    private int inTransactions(Work work) throws Exception {
        int before = random.inTransactions();
        work.run();
        return random.inTransactions() - before;
    }

    /** With what is on disk. */
    private void opens(Caller caller) throws Exception {
        try (UpstreamLease lease = bench.upstream.lease(caller)) {
            assertEquals(200, bench.get(lease, "/api/v1/user").statusCode());
        }
    }

    private void bareGrants(Caller same, int count) {
        for (int i = 0; i < count; i++) bareGrant(same);
    }

    private Caller bareGrant(Caller same) {
        return bench.store.database.write(
                tx -> bench.store.grant(tx, same.principal().person(), Scope.FULL));
    }

    private void end(Caller caller) {
        bench.store.database.write(tx ->
                bench.store.grants.end(
                        tx,
                        caller.principal().grant(),
                        EndReason.REVOKED_BY_PERSON,
                        bench.store.clock.instant()));
    }

    private long liveGrants(Caller of) {
        return bench.store
                .read(tx ->
                        bench.store.grants.liveGrantsOf(
                                tx, of.principal().person().id(), bench.store.clock.instant()))
                .size();
    }

    private long keysOf(Caller caller) {
        return number(
                "select count(*) from upstream_key where person_id = ?",
                caller.principal().person().id());
    }

    private long counter() {
        return number("select counter from upstream_token_set");
    }

    private long number(String query, Object... values) {
        return bench.store.read(tx -> tx.first(query, row -> row.getLong(1), values).orElseThrow());
    }
}
