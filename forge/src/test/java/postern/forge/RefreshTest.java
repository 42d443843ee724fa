package postern.forge;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import postern.access.Caller;
import postern.access.UpstreamLease;
import postern.access.UpstreamRefused;
import postern.access.UpstreamUnavailable;
import postern.testkit.forgejo.Fault;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Forgejo facts A6 and A7: what happens around the end of an access token. */
class RefreshTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration ALMOST_AN_HOUR = Duration.ofSeconds(3600 - 30);

    @TempDir Path folder;

    @Test
    void an_expired_token_is_refreshed_behind_the_child() throws Exception {
        try (var bench = new Bench(folder);
                UpstreamLease lease = bench.upstream.lease(bench.grant("alice"))) {
            assertEquals(200, bench.get(lease, "/api/v1/user").statusCode());
            bench.store.clock.advance(HOUR);
            assertTrue(bench.get(lease, "/api/v1/user").body().contains("alice"));
            assertEquals(1, bench.forge.tokenRequestCount(Bench.REFRESH));
        }
    }

    @Test
    void sixteen_calls_with_an_expired_token_make_one_refresh() throws Exception {
        try (var bench = new Bench(folder);
                UpstreamLease lease = bench.upstream.lease(bench.grant("alice"))) {
            bench.store.clock.advance(HOUR);
            List<Integer> statuses =
                    inParallel(16, () -> bench.get(lease, "/api/v1/user").statusCode());
            assertEquals(java.util.Collections.nCopies(16, 200), statuses);
            assertEquals(1, bench.forge.tokenRequestCount(Bench.REFRESH));
        }
    }

    @Test
    void two_grants_of_a_person_share_one_refresh() throws Exception {
        try (var bench = new Bench(folder)) {
            Caller one = bench.grant("alice");
            Caller two = bench.grant("alice");
            bench.store.clock.advance(HOUR);
            try (UpstreamLease first = bench.upstream.lease(one);
                    UpstreamLease second = bench.upstream.lease(two)) {
                assertEquals(200, bench.get(first, "/api/v1/user").statusCode());
                assertEquals(200, bench.get(second, "/api/v1/user").statusCode());
            }
            assertEquals(1, bench.forge.tokenRequestCount(Bench.REFRESH));
        }
    }

    @Test
    void a_second_sign_in_replaces_the_set_for_the_first_grant_too() throws Exception {
        try (var bench = new Bench(folder)) {
            try (UpstreamLease first = bench.upstream.lease(bench.grant("alice"))) {
                Caller second = bench.grant("alice");
                bench.store.clock.advance(HOUR);
                assertEquals(200, bench.get(first, "/api/v1/user").statusCode());
                assertTrue(bench.store.isLive(second));
            }
        }
    }

    @Test
    void a_sign_in_that_nobody_confirms_costs_the_first_grant_nothing() throws Exception {
        try (var bench = new Bench(folder);
                UpstreamLease lease = bench.upstream.lease(bench.grant("alice"))) {
            bench.signIn("alice"); // the code was exchanged, keep never follows
            bench.store.clock.advance(HOUR);
            assertEquals(200, bench.get(lease, "/api/v1/user").statusCode());
        }
    }

    @Test
    void a_refresh_that_a_sign_in_under_way_has_spoilt_waits_for_its_set() throws Exception {
        try (var bench = new Bench(folder);
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Caller caller = bench.grant("alice");
            try (UpstreamLease lease = bench.upstream.lease(caller)) {
                SignInRequest trip = bench.trip();
                String code = bench.code("alice", trip);
                bench.store.clock.advance(HOUR);
                bench.forge.hang("/login/oauth/userinfo");
                Future<SignedIn> signIn =
                        executor.submit(() -> bench.upstream.finish(SignInAnswer.of(code), trip));
                await().until(() -> bench.forge.tokenRequestCount("authorization_code") == 2);
                Future<Integer> call =
                        executor.submit(() -> bench.get(lease, "/api/v1/user").statusCode());
                await().until(() -> bench.forge.tokenRequestCount(Bench.REFRESH) == 1);
                bench.forge.clearFaults();
                assertEquals("alice", signIn.get().login());
                assertEquals(200, call.get());
            }
            assertTrue(bench.store.isLive(caller));
        }
    }

    @Test
    void when_the_person_revokes_at_the_forge_all_grants_end_and_nobody_elses() throws Exception {
        try (var bench = new Bench(folder)) {
            Caller bob = bench.grant("bob");
            Caller one = bench.grant("alice");
            Caller two = bench.grant("alice");
            try (UpstreamLease lease = bench.upstream.lease(one)) {
                bench.store.clock.advance(Duration.ofMinutes(10));
                bench.forge.revokeGrant("alice", bench.app.clientId());
                assertEquals(401, bench.get(lease, "/api/v1/user").statusCode());
            }
            assertEquals("UPSTREAM_GRANT_GONE", bench.store.endReason(one));
            assertEquals("UPSTREAM_GRANT_GONE", bench.store.endReason(two));
            assertTrue(bench.store.isLive(bob));
            assertThrows(UpstreamRefused.class, () -> bench.upstream.lease(two));
            try (UpstreamLease again = bench.upstream.lease(bench.grant("alice"))) {
                assertEquals(200, bench.get(again, "/api/v1/user").statusCode());
            }
        }
    }

    @Test
    void a_fresh_token_that_is_refused_everywhere_ends_the_grants() throws Exception {
        try (var bench = new Bench(folder)) {
            Caller caller = bench.grant("alice");
            try (UpstreamLease lease = bench.upstream.lease(caller)) {
                bench.forge.addFault("/api/v1/", new Fault.Answer(401, "text/plain", "no"), 3);
                assertEquals(401, bench.get(lease, "/api/v1/user").statusCode());
            }
            assertEquals("UPSTREAM_REFUSED", bench.store.endReason(caller));
            assertEquals(1, bench.forge.tokenRequestCount(Bench.REFRESH));
        }
    }

    @ParameterizedTest(name = "{0} h")
    @ValueSource(ints = {5, 700})
    void a_forge_whose_clock_jumps_ahead_of_a_fresh_token_costs_one_refresh(int hours)
            throws Exception {
        try (var bench = new Bench(folder)) {
            Caller caller = bench.grant("alice");
            try (UpstreamLease lease = bench.upstream.lease(caller)) {
                bench.forge.operator().skewClock(Duration.ofHours(hours));
                assertEquals(200, bench.get(lease, "/api/v1/user").statusCode());
                assertEquals(200, bench.get(lease, "/api/v1/user").statusCode());
                assertEquals(1, bench.forge.tokenRequestCount(Bench.REFRESH));
                bench.forge.operator().skewClock(Duration.ZERO);
                assertEquals(200, bench.get(lease, "/api/v1/user").statusCode());
            }
            assertTrue(bench.store.isLive(caller));
        }
    }

    @Test
    void a_clock_that_jumps_ahead_just_after_a_refresh_costs_one_more() throws Exception {
        try (var bench = new Bench(folder)) {
            Caller caller = bench.grant("alice");
            try (UpstreamLease lease = bench.upstream.lease(caller)) {
                bench.store.clock.advance(HOUR);
                assertEquals(200, bench.get(lease, "/api/v1/user").statusCode());
                bench.forge.operator().skewClock(Duration.ofHours(5));
                assertEquals(200, bench.get(lease, "/api/v1/user").statusCode());
                assertEquals(2, bench.forge.tokenRequestCount(Bench.REFRESH));
            }
            assertTrue(bench.store.isLive(caller));
        }
    }

    @Test
    void a_refresh_token_that_nobody_used_for_a_month_ends_by_its_age() throws Exception {
        try (var bench = new Bench(folder)) {
            Caller caller = bench.grant("alice");
            bench.forge.operator().skewClock(Duration.ofHours(731)); // ours would end the grant
            bench.store.clock.advance(HOUR);
            bench.refused(caller);
            assertEquals("UPSTREAM_TOKEN_TOO_OLD", bench.store.endReason(caller));
        }
    }

    @Test
    void a_401_that_is_about_the_path_alone_ends_nothing() throws Exception {
        try (var bench = new Bench(folder)) {
            Caller caller = bench.grant("alice");
            try (UpstreamLease lease = bench.upstream.lease(caller)) {
                bench.forge.addFault(
                        "/api/v1/repos/",
                        new Fault.Answer(401, "application/json", "{\"message\":\"not you\"}"),
                        2);
                assertEquals(
                        "{\"message\":\"not you\"}", bench.get(lease, "/api/v1/repos/a/b").body());
            }
            assertTrue(bench.store.isLive(caller));
        }
    }

    @Test
    void after_a_lost_answer_the_access_token_is_used_to_its_end() throws Exception {
        try (var bench = new Bench(folder)) {
            Caller caller = bench.grant("alice");
            try (UpstreamLease lease = bench.upstream.lease(caller)) {
                bench.store.clock.advance(ALMOST_AN_HOUR);
                bench.forge.loseNextTokenAnswer();
                assertEquals(200, bench.get(lease, "/api/v1/user").statusCode());
                bench.store.clock.advance(Duration.ofSeconds(10));
                assertEquals(200, bench.get(lease, "/api/v1/user").statusCode());
                assertTrue(bench.store.isLive(caller));
                bench.store.clock.advance(Duration.ofSeconds(30));
                assertEquals(401, bench.get(lease, "/api/v1/user").statusCode());
            }
            assertEquals("UPSTREAM_ANSWER_LOST", bench.store.endReason(caller));
        }
    }

    @Test
    void an_outage_at_the_token_endpoint_keeps_the_grants() throws Exception {
        try (var bench = new Bench(folder)) {
            Caller caller = bench.grant("alice");
            try (UpstreamLease lease = bench.upstream.lease(caller)) {
                bench.store.clock.advance(HOUR);
                bench.forge.answerHtmlAtTokenEndpoint(502);
                assertEquals(503, bench.get(lease, "/api/v1/user").statusCode());
                assertThrows(UpstreamUnavailable.class, () -> bench.upstream.lease(caller));
                assertEquals(1, bench.forge.tokenRequestCount(Bench.REFRESH), "left alone for 5 s");
                bench.forge.clearFaults();
                bench.store.clock.advance(Duration.ofSeconds(6));
                assertEquals(200, bench.get(lease, "/api/v1/user").statusCode());
            }
            assertTrue(bench.store.isLive(caller));
        }
    }

    @Test
    void a_wrong_secret_keeps_the_grants() throws Exception {
        try (var bench = new Bench(folder)) {
            Caller caller = bench.grant("alice");
            bench.forge.changeSecret(bench.app.clientId());
            bench.store.clock.advance(HOUR);
            assertThrows(UpstreamUnavailable.class, () -> bench.upstream.lease(caller));
            assertTrue(bench.store.isLive(caller));
        }
    }

    @Test
    void a_counter_race_is_tried_once_more() throws Exception {
        try (var bench = new Bench(folder)) {
            Caller caller = bench.grant("alice");
            bench.store.clock.advance(HOUR);
            bench.forge.addFault(
                    "/login/oauth/access_token",
                    new Fault.Answer(
                            400,
                            "application/json",
                            "{\"error\":\"invalid_grant\",\"error_description\":\"cannot increase"
                                    + " the grant counter\"}"),
                    1);
            try (UpstreamLease lease = bench.upstream.lease(caller)) {
                assertEquals(200, bench.get(lease, "/api/v1/user").statusCode());
            }
        }
    }

    @Test
    void an_unreachable_forge_is_503_for_the_child() throws Exception {
        try (var bench = new Bench(folder);
                UpstreamLease lease = bench.upstream.lease(bench.grant("alice"))) {
            bench.forge.close();
            assertEquals(503, bench.get(lease, "/api/v1/user").statusCode());
        }
    }

    private static <T> List<T> inParallel(int count, Callable<T> work) throws Exception {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < count; i++) futures.add(executor.submit(work));
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) results.add(future.get());
            return results;
        }
    }
}
