package postern.forge;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import postern.access.Caller;
import postern.access.UpstreamLease;
import postern.access.UpstreamUnavailable;
import postern.store.StoreUnavailable;
import postern.testkit.forgejo.Endpoint;
import postern.testkit.forgejo.Fault;
import postern.testkit.forgejo.FaultSwitch;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What is under way at the forge is known to all processes on one database, and after a crash. A
 * second upstream on the same database stands for another process.
 */
class UnderWayTest {
    private static final Duration HOUR = Duration.ofHours(1);

    /** Longer than a refresh can be under way: its request's timeout, here 2 s, and 2 s more. */
    private static final Duration PAST_A_REFRESH = Duration.ofSeconds(5);

    @TempDir Path folder;

    @Test
    void two_processes_never_refresh_at_once() throws Exception {
        try (var bench = new Bench(folder);
                ForgejoUpstream other = bench.upstream(bench.app.clientSecret());
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Caller caller = bench.grant("alice");
            bench.store.clock.advance(HOUR);
            FaultSwitch held = bench.forge.switchOn(Endpoint.TOKEN_REFRESH, new Fault.HoldAnswer());
            Future<UpstreamLease> here = executor.submit(() -> bench.upstream.lease(caller));
            await().until(() -> held.taken() == 1);
            Future<UpstreamLease> there = executor.submit(() -> other.lease(caller));
            held.off();
            for (Future<UpstreamLease> lease : java.util.List.of(here, there)) {
                try (UpstreamLease opened = lease.get()) {
                    assertEquals(200, bench.get(opened, "/api/v1/user").statusCode());
                }
            }
            assertEquals(1, bench.forge.tokenRequestCount(Bench.REFRESH));
            assertEquals(0, rows(bench, "upstream_refresh"));
        }
    }

    @Test
    void while_another_process_refreshes_a_token_that_still_works_is_used() throws Exception {
        try (var bench = new Bench(folder);
                ForgejoUpstream other = bench.upstream(bench.app.clientSecret());
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Caller caller = bench.grant("alice");
            bench.store.clock.advance(HOUR.minusSeconds(30));
            FaultSwitch held = bench.forge.switchOn(Endpoint.TOKEN_REFRESH, new Fault.HoldAnswer());
            Future<UpstreamLease> here = executor.submit(() -> bench.upstream.lease(caller));
            await().until(() -> held.taken() == 1);
            try (UpstreamLease opened = other.lease(caller)) {
                assertEquals(200, bench.get(opened, "/api/v1/user").statusCode());
            }
            assertFalse(here.isDone());
            held.off();
            here.get().close();
            assertEquals(1, bench.forge.tokenRequestCount(Bench.REFRESH));
        }
    }

    @Test
    void a_refresh_whose_process_was_killed_before_it_asked_is_made_by_the_next() throws Exception {
        try (var bench = new Bench(folder);
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Caller caller = bench.grant("alice");
            bench.store.clock.advance(HOUR);
            plantRefresh(bench);
            Future<UpstreamLease> waits = executor.submit(() -> bench.upstream.lease(caller));
            assertThrows(
                    java.util.concurrent.TimeoutException.class,
                    () -> waits.get(300, java.util.concurrent.TimeUnit.MILLISECONDS));
            assertEquals(0, bench.forge.tokenRequestCount(Bench.REFRESH));
            bench.store.clock.advance(PAST_A_REFRESH);
            try (UpstreamLease lease = waits.get()) {
                assertEquals(200, bench.get(lease, "/api/v1/user").statusCode());
            }
        }
    }

    @Test
    void a_row_from_before_the_clock_was_set_back_keeps_nobody_waiting() throws Exception {
        try (var bench = new Bench(folder)) {
            Caller caller = bench.grant("alice");
            bench.store.clock.advance(HOUR.multipliedBy(5));
            plantRefresh(bench);
            bench.store.clock.advance(HOUR.multipliedBy(-4));
            bench.upstream.lease(caller).close();
            assertEquals(1, bench.forge.tokenRequestCount(Bench.REFRESH));
        }
    }

    @Test
    void a_refresh_that_was_killed_after_the_forge_rotated_is_known_as_a_lost_answer()
            throws Exception {
        try (var bench = new Bench(folder)) {
            Caller caller = bench.grant("alice");
            bench.store.clock.advance(HOUR);
            bench.forge.loseNextTokenAnswer();
            assertThrows(UpstreamUnavailable.class, () -> bench.upstream.lease(caller));
            // as kill -9 leaves it: nobody has noted that no answer came
            bench.store.database.write(tx -> tx.update("delete from upstream_refresh"));
            plantRefresh(bench);
            bench.store.clock.advance(PAST_A_REFRESH.plusSeconds(1));
            bench.refused(caller);
            assertEquals("UPSTREAM_ANSWER_LOST", bench.store.endReason(caller));
        }
    }

    @Test
    void an_exchange_is_counted_until_its_set_is_stored() throws Exception {
        try (var bench = new Bench(folder);
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            SignInRequest trip = bench.trip();
            String code = bench.code("alice", trip);
            FaultSwitch held = bench.forge.switchOn(Endpoint.TOKEN_CODE, new Fault.HoldAnswer());
            Future<SignedIn> signIn =
                    executor.submit(() -> bench.upstream.finish(SignInAnswer.of(code), trip));
            await().until(() -> held.taken() == 1);
            assertEquals(1, rows(bench, "upstream_sign_in"));
            held.off();
            signIn.get();
            assertEquals(0, rows(bench, "upstream_sign_in"));
            assertThrows(
                    Exception.class,
                    () -> bench.upstream.finish(SignInAnswer.of(code), trip),
                    "used");
            assertEquals(0, rows(bench, "upstream_sign_in"));
        }
    }

    @Test
    void already_used_is_not_final_while_an_exchange_of_anybody_is_counted() throws Exception {
        try (var bench = new Bench(folder)) {
            Caller caller = bench.grant("alice");
            bench.store.clock.advance(HOUR);
            bench.signInElsewhere("alice");
            plantSignIn(bench);
            assertThrows(UpstreamUnavailable.class, () -> bench.upstream.lease(caller));
            assertTrue(bench.store.isLive(caller));
            bench.store.clock.advance(SignInsUnderWay.LIFE);
            bench.refused(caller);
            assertEquals("UPSTREAM_ANSWER_LOST", bench.store.endReason(caller));
            assertEquals(1, rows(bench, "upstream_sign_in"));
            bench.upstream.forget(bench.store.clock.instant());
            assertEquals(0, rows(bench, "upstream_sign_in"));
        }
    }

    @Test
    void a_set_that_an_exchange_of_another_process_brings_meanwhile_is_taken() throws Exception {
        try (var bench = new Bench(folder);
                ForgejoUpstream other = bench.upstream(bench.app.clientSecret());
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Caller caller = bench.grant("alice");
            SignInRequest trip = bench.trip();
            String code = bench.code("alice", trip);
            bench.store.clock.advance(HOUR);
            FaultSwitch held = bench.forge.switchOn(Endpoint.USERINFO, new Fault.Hang());
            Future<SignedIn> signIn =
                    executor.submit(() -> other.finish(SignInAnswer.of(code), trip));
            await().until(() -> held.taken() == 1);
            Future<UpstreamLease> waits = executor.submit(() -> bench.upstream.lease(caller));
            await().until(() -> bench.forge.tokenRequestCount(Bench.REFRESH) == 1);
            held.off();
            signIn.get();
            waits.get().close();
            assertTrue(bench.store.isLive(caller));
        }
    }

    @Test
    void tokens_whose_person_the_forge_could_not_name_are_stored_when_it_can() throws Exception {
        try (var bench = new Bench(folder)) {
            Caller caller = bench.grant("alice");
            SignInRequest trip = bench.trip();
            String code = bench.code("alice", trip);
            FaultSwitch down = bench.forge.switchOn(Endpoint.USERINFO, Fault.html(502));
            assertThrows(
                    UpstreamUnavailable.class,
                    () -> bench.upstream.finish(SignInAnswer.of(code), trip));
            assertEquals(1, rows(bench, "upstream_sign_in"));
            down.off();
            await().until(() -> rows(bench, "upstream_sign_in") == 0);
            bench.store.clock.advance(HOUR);
            bench.upstream.lease(caller).close();
            assertTrue(bench.store.isLive(caller));
        }
    }

    @Test
    void a_set_that_the_disk_does_not_take_is_written_when_it_does() throws Exception {
        try (var bench = new Bench(folder)) {
            Caller caller = bench.grant("alice");
            bench.store.clock.advance(HOUR);
            bench.store.refuse("into upstream_token_set");
            assertThrows(UpstreamUnavailable.class, () -> bench.upstream.lease(caller));
            bench.store.refuseNothing();
            bench.upstream.lease(caller).close();
            assertEquals(1, bench.forge.tokenRequestCount(Bench.REFRESH));
            bench.store.clock.advance(HOUR);
            bench.store.refuse("into upstream_token_set");
            assertThrows(UpstreamUnavailable.class, () -> bench.upstream.lease(caller));
            bench.store.refuseNothing();
            bench.upstream.forget(bench.store.clock.instant());
            bench.upstream.lease(caller).close();
            assertEquals(2, bench.forge.tokenRequestCount(Bench.REFRESH));
        }
    }

    @Test
    void nothing_is_asked_of_the_forge_that_cannot_be_noted() throws Exception {
        try (var bench = new Bench(folder)) {
            Caller caller = bench.grant("alice");
            bench.store.clock.advance(HOUR.minusSeconds(30));
            bench.store.refuse("into upstream_refresh");
            bench.upstream.lease(caller).close(); // its token still works
            bench.store.clock.advance(HOUR);
            assertThrows(UpstreamUnavailable.class, () -> bench.upstream.lease(caller));
            assertEquals(0, bench.forge.tokenRequestCount(Bench.REFRESH));
            assertTrue(bench.store.isLive(caller));
        }
    }

    @Test
    void a_sign_in_that_the_disk_does_not_take_costs_the_persons_other_grants_nothing()
            throws Exception {
        try (var bench = new Bench(folder)) {
            Caller caller = bench.grant("alice");
            SignInRequest trip = bench.trip();
            String code = bench.code("alice", trip);
            bench.store.refuse("into upstream_token_set");
            assertThrows(
                    StoreUnavailable.class,
                    () -> bench.upstream.finish(SignInAnswer.of(code), trip));
            bench.store.refuseNothing();
            bench.store.clock.advance(HOUR);
            bench.upstream.lease(caller).close();
            assertTrue(bench.store.isLive(caller));
        }
    }

    @Test
    void what_the_forge_is_asked_for_is_stored_before_the_upstream_closes() throws Exception {
        try (var bench = new Bench(folder);
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Caller caller = bench.grant("alice");
            bench.store.clock.advance(HOUR);
            ForgejoUpstream stopping = bench.upstream(bench.app.clientSecret());
            FaultSwitch held = bench.forge.switchOn(Endpoint.TOKEN_REFRESH, new Fault.HoldAnswer());
            var asks = Thread.ofVirtual().start(() -> leaseQuietly(stopping, caller));
            await().until(() -> held.taken() == 1);
            asks.interrupt(); // whoever waited goes away first
            Future<?> closing = executor.submit(stopping::close);
            held.off();
            closing.get();
            bench.upstream.lease(caller).close();
            assertEquals(1, bench.forge.tokenRequestCount(Bench.REFRESH));
        }
    }

    private static void leaseQuietly(ForgejoUpstream upstream, Caller caller) {
        try {
            upstream.lease(caller).close();
        } catch (Exception expected) {
            // the test looks at what is stored
        }
    }

    private static long rows(Bench bench, String table) {
        return bench.store
                .read(tx -> tx.first("select count(*) from " + table, row -> row.getLong(1)))
                .orElseThrow();
    }

    /** As a process leaves it that ends before it has an answer. */
    private static void plantRefresh(Bench bench) {
        bench.store.database.write(tx ->
                tx.update(
                        "insert into upstream_refresh (person_id, generation, begun_at,"
                                + " until) select person_id, generation, ?, ?"
                                + " from upstream_token_set",
                        bench.store.clock.instant(),
                        bench.store.clock.instant().plus(PAST_A_REFRESH)));
    }

    private static void plantSignIn(Bench bench) {
        bench.store.database.write(tx ->
                tx.update(
                        "insert into upstream_sign_in (begun_at) values (?)",
                        bench.store.clock.instant()));
    }
}
