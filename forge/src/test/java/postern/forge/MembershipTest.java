package postern.forge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import postern.access.AdmissionRule;
import postern.access.Admissions;
import postern.access.Caller;
import postern.access.GrantId;
import postern.access.MemberList;
import postern.access.Role;
import postern.access.Scope;
import postern.access.UpstreamLease;
import postern.access.UpstreamRefused;
import postern.access.UpstreamUnavailable;
import postern.testkit.forgejo.Endpoint;
import postern.testkit.forgejo.Fault;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Who may come in, and whether they may still be here; facts/forgejo A8 and A9. */
class MembershipTest {
    private static final String USERINFO = "/login/oauth/userinfo";
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir Path folder;

    /** A program that lets in whom {@code allow} names, as after a start. */
    private static final class Doors implements AutoCloseable {
        final Bench bench;
        final Admissions admissions;
        final ForgejoUpstream forgejo;
        final AdmittedUpstream upstream;

        Doors(Bench bench, String allow) {
            this.bench = bench;
            var rule =
                    new AdmissionRule(
                            Optional.of(MemberList.parse(allow)),
                            Optional.of(MemberList.parse("ops/admins")));
            admissions = new Admissions(rule, bench.store.clock);
            forgejo = bench.upstream(bench.app.clientSecret(), admissions);
            upstream =
                    new AdmittedUpstream(
                            forgejo,
                            admissions,
                            bench.store.database,
                            bench.store.grants,
                            bench.store.clock);
        }

        Caller comeIn(String login) throws Exception {
            SignInRequest trip = bench.trip();
            SignedIn signedIn = upstream.finish(SignInAnswer.of(bench.code(login, trip)), trip);
            return bench.store.grant(upstream, signedIn, Scope.FULL);
        }

        int get(UpstreamLease lease) throws Exception {
            return bench.get(lease, "/api/v1/user").statusCode();
        }

        @Override
        public void close() {
            forgejo.close();
        }
    }

    private static long rows(Bench bench, String table) {
        return bench.store
                .read(tx -> tx.first("select count(*) from " + table, row -> row.getLong(1)))
                .orElseThrow();
    }

    private static String endReason(Bench bench, Caller caller) {
        return bench.store
                .read(tx ->
                        tx.first(
                                "select end_reason from access_grant where id = ?",
                                row -> String.valueOf(row.getString(1)),
                                caller.principal().grant().value()))
                .orElseThrow();
    }

    private static long asked(Bench bench) {
        return bench.forge.requestCount("GET", USERINFO);
    }

    @Test
    void a_stranger_proves_who_they_are_and_nothing_is_stored() throws Exception {
        try (var bench = new Bench(folder);
                var doors = new Doors(bench, "acme")) {
            var refused = assertThrows(NotAdmitted.class, () -> doors.comeIn("alice"));
            assertEquals("alice", refused.login());
            assertFalse(refused.getMessage().contains("alice"), "the log gets no names");
            for (String table :
                    List.of("person", "access_grant", "upstream_token_set", "upstream_key")) {
                assertEquals(0, rows(bench, table), table);
            }
        }
    }

    @Test
    void people_come_in_by_login_organisation_and_team() throws Exception {
        try (var bench = new Bench(folder);
                var doors = new Doors(bench, "Alice, umbrella, acme/dev")) {
            doors.comeIn("alice");
            assertThrows(NotAdmitted.class, () -> doors.comeIn("bob"));
            bench.forge.setGroups("bob", "acme", "acme:qa");
            assertThrows(NotAdmitted.class, () -> doors.comeIn("bob"));
            bench.forge.setGroups("bob", "acme", "acme:Dev");
            doors.comeIn("bob");
            bench.forge.setGroups("bob", "Umbrella");
            doors.comeIn("bob");
        }
    }

    @Test
    void who_comes_back_and_may_not_loses_what_there_was() throws Exception {
        try (var bench = new Bench(folder);
                var doors = new Doors(bench, "acme")) {
            bench.forge.setGroups("alice", "acme");
            Caller before = doors.comeIn("alice");
            bench.forge.setGroups("alice");
            assertThrows(NotAdmitted.class, () -> doors.comeIn("alice"));
            assertFalse(bench.store.isLive(before));
            assertEquals("NOT_ALLOWED", endReason(bench, before));
            doors.upstream.forget(bench.store.clock.instant());
            assertEquals(0, rows(bench, "upstream_token_set"));
        }
    }

    @Test
    void a_removed_member_is_out_at_the_next_refresh_and_others_stay() throws Exception {
        try (var bench = new Bench(folder);
                var doors = new Doors(bench, "acme")) {
            bench.forge.setGroups("alice", "acme");
            bench.forge.setGroups("bob", "acme");
            Caller alice = doors.comeIn("alice");
            Caller bob = doors.comeIn("bob");
            try (UpstreamLease hers = doors.forgejo.lease(alice);
                    UpstreamLease his = doors.forgejo.lease(bob)) {
                long atSignIn = asked(bench);
                bench.forge.setGroups("alice");
                assertEquals(200, doors.get(hers), "until the refresh");
                assertEquals(atSignIn, asked(bench), "no call asks for itself");
                bench.store.clock.advance(HOUR);
                assertEquals(401, doors.get(hers));
                assertEquals(200, doors.get(his));
                assertEquals("NOT_ALLOWED", endReason(bench, alice));
                assertTrue(bench.store.isLive(bob));
                assertThrows(UpstreamRefused.class, () -> doors.forgejo.lease(alice));
            }
        }
    }

    @Test
    void a_refresh_before_the_hour_is_over_makes_a_check_too() throws Exception {
        try (var bench = new Bench(folder);
                var doors = new Doors(bench, "acme")) {
            bench.forge.setGroups("alice", "acme");
            Caller alice = doors.comeIn("alice");
            bench.store.clock.advance(Duration.ofMinutes(59).plusSeconds(30));
            bench.forge.setGroups("alice");
            assertThrows(UpstreamRefused.class, () -> doors.forgejo.lease(alice));
            assertEquals("NOT_ALLOWED", endReason(bench, alice));
        }
    }

    @Test
    void a_child_that_asks_the_forge_nothing_is_checked_all_the_same() throws Exception {
        try (var bench = new Bench(folder);
                var doors = new Doors(bench, "acme")) {
            bench.forge.setGroups("alice", "acme");
            Caller alice = doors.comeIn("alice");
            try (UpstreamLease lease = doors.forgejo.lease(alice)) {
                bench.forge.setGroups("alice");
                assertEquals(Set.of(), doors.forgejo.recheck());
                assertTrue(bench.store.isLive(alice));
                bench.store.clock.advance(HOUR);
                doors.forgejo.recheck();
                assertEquals("NOT_ALLOWED", endReason(bench, alice));
                assertFalse(lease.values().isEmpty());
            }
            assertEquals(Set.of(), doors.forgejo.recheck(), "a closed lease is forgotten");
        }
    }

    @Test
    void an_outage_ends_no_grant_and_lets_people_go_on_for_an_hour() throws Exception {
        try (var bench = new Bench(folder);
                var doors = new Doors(bench, "acme")) {
            bench.forge.setGroups("alice", "acme");
            Caller alice = doors.comeIn("alice");
            GrantId grant = alice.principal().grant();
            try (UpstreamLease lease = doors.forgejo.lease(alice)) {
                for (Fault outage : List.of(Fault.status(500), Fault.html(200), Fault.html(403))) {
                    bench.forge.clearFaults();
                    bench.forge.switchOn(Endpoint.USERINFO, outage);
                    bench.store.clock.advance(Duration.ofMinutes(61));
                    assertEquals(200, doors.get(lease), outage::toString);
                    assertEquals(Set.of(), doors.forgejo.recheck());
                    long before = asked(bench);
                    doors.forgejo.recheck();
                    assertEquals(before, asked(bench), "not at once");
                    bench.store.clock.advance(Duration.ofSeconds(61));
                    doors.forgejo.recheck();
                    assertEquals(before + 1, asked(bench), "again in the next minute");
                    bench.store.clock.advance(Duration.ofMinutes(60));
                    assertEquals(Set.of(grant), doors.forgejo.recheck());
                    assertEquals(503, doors.get(lease), outage::toString);
                    assertThrows(UpstreamUnavailable.class, () -> doors.forgejo.lease(alice));
                    assertTrue(bench.store.isLive(alice));
                    bench.forge.clearFaults();
                    bench.store.clock.advance(Duration.ofSeconds(6));
                    assertEquals(200, doors.get(lease), "as soon as it answers");
                }
            }
        }
    }

    @Test
    void after_a_start_the_new_list_counts_for_the_next_lease() throws Exception {
        try (var bench = new Bench(folder)) {
            Caller alice;
            Caller bob;
            try (var doors = new Doors(bench, "alice,bob")) {
                alice = doors.comeIn("alice");
                bob = doors.comeIn("bob");
            }
            try (var doors = new Doors(bench, "bob")) {
                assertThrows(UpstreamRefused.class, () -> doors.forgejo.lease(alice));
                assertEquals("NOT_ALLOWED", endReason(bench, alice));
                doors.forgejo.lease(bob).close();
            }
        }
    }

    @Test
    void a_renamed_login_keeps_grants_and_one_made_anew_inherits_none() throws Exception {
        try (var bench = new Bench(folder);
                var doors = new Doors(bench, "acme")) {
            bench.forge.setGroups("alice", "acme");
            Caller alice = doors.comeIn("alice");
            bench.forge.renameUser("alice", "alicia");
            bench.store.clock.advance(HOUR);
            doors.forgejo.lease(alice).close();
            assertTrue(bench.store.isLive(alice));
            long known = alice.principal().person().id();
            assertEquals(
                    "alicia",
                    bench.store
                            .read(tx -> bench.store.grants.person(tx, known))
                            .orElseThrow()
                            .login());
            bench.forge.addUser("alice", "alice-password");
            assertThrows(NotAdmitted.class, () -> doors.comeIn("alice"));
            assertTrue(bench.store.isLive(alice), "the other person's refusal is not hers");
        }
    }

    @Test
    void sixteen_sessions_and_calls_of_one_person_make_one_check() throws Exception {
        try (var bench = new Bench(folder);
                var doors = new Doors(bench, "acme")) {
            bench.forge.setGroups("alice", "acme");
            Caller alice = doors.comeIn("alice");
            try (var again = new Doors(bench, "acme")) {
                long before = asked(bench);
                sixteenTimes(() -> {
                    again.forgejo.lease(alice).close();
                    return 200;
                });
                assertEquals(before + 1, asked(bench), "all wait for the first one");
                try (UpstreamLease lease = again.forgejo.lease(alice)) {
                    bench.store.clock.advance(HOUR);
                    sixteenTimes(() -> again.get(lease));
                    assertEquals(before + 2, asked(bench));
                }
            }
        }
    }

    private static void sixteenTimes(Callable<Integer> call) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> done : threads.invokeAll(Collections.nCopies(16, call))) {
                assertEquals(200, done.get());
            }
        }
    }

    @Test
    void an_administrator_is_one_until_the_team_is_left() throws Exception {
        try (var bench = new Bench(folder);
                var doors = new Doors(bench, "acme")) {
            bench.forge.setGroups("alice", "acme", "ops", "ops:admins");
            Caller alice = doors.comeIn("alice");
            var person = alice.principal().person();
            assertEquals(Optional.of(Role.ADMINISTRATOR), doors.upstream.roleOf(person));
            bench.forge.setGroups("alice", "acme");
            bench.store.clock.advance(HOUR);
            assertEquals(Optional.of(Role.MEMBER), doors.upstream.roleOf(person), "not checked");
            doors.forgejo.lease(alice).close();
            assertEquals(Optional.of(Role.MEMBER), doors.upstream.roleOf(person));
            assertTrue(bench.store.isLive(alice));
        }
    }

    @Test
    void a_token_that_was_revoked_there_ends_the_grants_as_it_always_did() throws Exception {
        try (var bench = new Bench(folder);
                var doors = new Doors(bench, "acme")) {
            bench.forge.setGroups("alice", "acme");
            Caller alice = doors.comeIn("alice");
            try (var again = new Doors(bench, "acme")) {
                bench.forge.revokeGrant("alice", bench.app.clientId());
                bench.store.clock.advance(Duration.ofMinutes(5));
                assertThrows(UpstreamRefused.class, () -> again.forgejo.lease(alice));
                assertEquals("UPSTREAM_GRANT_GONE", endReason(bench, alice));
            }
        }
    }
}
