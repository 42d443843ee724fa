package postern.access;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import postern.access.TestAccess.Issued;
import postern.store.Database;
import postern.store.Work;
import postern.vault.CannotOpen;
import postern.vault.Token;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

class AccessTest {
    @TempDir Path folder;
    private TestAccess room;

    @BeforeEach
    void open() throws Exception {
        room = new TestAccess(folder);
    }

    @AfterEach
    void close() {
        room.close();
        assertTrue(
                Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("postern-")));
    }

    private Optional<CodeRecord> code(Issued issued) {
        return room.database.read(tx -> room.tokens.findCode(tx, issued.code().lookup()));
    }

    private Optional<RefreshRecord> refresh(Issued issued) {
        return room.database.read(tx -> room.tokens.findRefresh(tx, issued.refresh()));
    }

    private List<Grant> live(Issued issued) {
        return room.database.read(
                tx -> room.grants.liveGrantsOf(tx, issued.grant().person().id(), room.now));
    }

    @Test
    void a_token_proves_its_caller() {
        Issued issued = room.issue(room.person("1"), Scope.FULL, Scope.READ_ONLY);
        Principal principal = room.check(issued).orElseThrow().principal();
        assertEquals(issued.grant().id(), principal.grant());
        assertEquals("1", principal.person().upstreamId());
        assertTrue(principal.scope().isReadOnly());
        assertEquals(1, live(issued).size());
        assertEquals("challenge", code(issued).orElseThrow().codeChallenge());
        assertTrue(refresh(issued).orElseThrow().grant().scope().covers(Scope.FULL));
    }

    @Test
    void another_resource_and_other_kinds_of_token_prove_nothing() {
        Issued issued = room.issue();
        assertTrue(room.check.check(issued.bearer(), TestAccess.RESOURCE + "/x").isEmpty());
        for (Token other : List.of(issued.code(), issued.refresh())) {
            String text = other.text().useText(plain -> plain);
            assertTrue(room.check.check(text, TestAccess.RESOURCE).isEmpty());
        }
    }

    @Test
    void a_token_ends_at_its_expiry_and_not_a_millisecond_later() {
        Issued issued = room.issue();
        Instant expiry = Instant.ofEpochMilli(room.now.plus(Duration.ofHours(1)).toEpochMilli());
        room.now = expiry.minusMillis(1);
        assertTrue(room.check(issued).isPresent());
        room.now = expiry;
        assertTrue(room.check(issued).isEmpty());
    }

    @Test
    void of_64_concurrent_spendings_of_one_code_exactly_one_wins() throws Exception {
        Issued issued = room.issue();
        assertEquals(1, winners(tx -> room.tokens.spendCode(tx, issued.code().lookup(), room.now)));
        assertTrue(code(issued).orElseThrow().usedAt().isPresent());
        assertThrows(
                CannotOpen.class, () -> room.grants.privateKey(issued.code(), issued.grant().id()));
    }

    @Test
    void of_64_concurrent_rotations_of_one_token_exactly_one_wins() throws Exception {
        Issued issued = room.issue();
        int winners = 0;
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Optional<Token>>> answers = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                answers.add(callers.submit(() -> room.rotate(issued.grant(), issued.refresh())));
            }
            for (var answer : answers) if (answer.get().isPresent()) winners++;
        }
        assertEquals(1, winners);
        assertEquals(2, room.rows("refresh_token"));
        assertTrue(refresh(issued).orElseThrow().retiredAt().isPresent());
    }

    @Test
    void a_writer_to_the_database_does_not_make_a_retired_token_a_good_one() {
        Issued issued = room.issue();
        assertTrue(room.rotate(issued.grant(), issued.refresh()).isPresent());
        assertTrue(refresh(issued).isPresent());
        room.plant("update refresh_token set retired_at = null");
        assertTrue(refresh(issued).isEmpty());
        room.plant(
                "update refresh_token set successor_seal = null, mac ="
                        + " cast(zeroblob(16) || mac as blob)");
        assertTrue(refresh(issued).isEmpty());
    }

    @Test
    void J2_nothing_is_rotated_for_a_grant_that_has_ended() {
        Issued issued = room.issue();
        room.end(issued);
        assertTrue(room.rotate(issued.grant(), issued.refresh()).isEmpty());
        assertEquals(1, room.rows("refresh_token"));
        assertEquals(0, room.rows("access_token"));
    }

    private int winners(Work<Boolean> work) throws Exception {
        int winners = 0;
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> answers = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                answers.add(callers.submit(() -> room.database.write(work)));
            }
            for (Future<Boolean> answer : answers) if (answer.get()) winners++;
        }
        return winners;
    }

    @Test
    void an_end_counts_for_the_next_check_and_erases_all_wraps() throws Exception {
        Issued issued = room.issue();
        List<GrantId> told = new CopyOnWriteArrayList<>();
        room.ends.listen(told::add);
        for (Token token : List.of(issued.code(), issued.access(), issued.refresh())) {
            room.grants.privateKey(token, issued.grant().id()).close();
        }
        assertTrue(room.end(issued));
        assertEquals(List.of(issued.grant().id()), told, "told before end() has returned");
        assertTrue(room.check(issued).isEmpty());
        assertEquals(List.of(), live(issued));
        for (Token token : List.of(issued.code(), issued.access(), issued.refresh())) {
            assertThrows(
                    CannotOpen.class, () -> room.grants.privateKey(token, issued.grant().id()));
        }
        assertFalse(room.end(issued));
        assertEquals(1, room.rows("grant_end"));
    }

    @Test
    void an_end_that_another_process_wrote_is_heard_within_a_second() throws Exception {
        Issued issued = room.issue();
        List<GrantId> told = new CopyOnWriteArrayList<>();
        room.ends.listen(id -> {
            throw new AssertionError("a bad listener");
        });
        room.ends.listen(told::add);
        // what makes no sense must neither be told nor stop the reading
        room.plant("insert into grant_end (grant_id, ended_at) values ('planted', 0)");
        try (Database other = Database.open(folder.resolve("postern.db"))) {
            other.write(tx ->
                    Grants.writeEnd(
                            tx, issued.grant().id(), EndReason.REVOKED_BY_OPERATOR, room.now));
            await().atMost(Duration.ofSeconds(1)).until(() -> !told.isEmpty());
        }
        assertEquals(issued.grant().id(), told.getFirst());
        assertTrue(room.check(issued).isEmpty());
    }

    @Test
    void a_clock_that_jumps_back_revives_nothing_that_has_ended() {
        Issued issued = room.issue();
        room.end(issued);
        room.now = room.now.minus(Duration.ofDays(400));
        assertTrue(room.check(issued).isEmpty());
        assertFalse(refresh(issued).orElseThrow().grant().isLive(room.now));
    }

    @Test
    void all_grants_of_a_person_end_and_nobody_elses() {
        Issued first = room.issue();
        Issued second = room.issue();
        Issued other = room.issue(room.person("2"), Scope.FULL, Scope.FULL);
        room.end(second);
        int ended =
                room.database.write(tx ->
                        room.grants.endAllOf(
                                tx,
                                first.grant().person().id(),
                                EndReason.UPSTREAM_REFUSED,
                                room.now));
        assertEquals(1, ended);
        assertTrue(room.check(first).isEmpty());
        assertTrue(room.check(other).isPresent());
    }

    @Test
    void a_renamed_person_stays_and_another_issuer_means_another_person() {
        Person before = room.person("1");
        Person renamed =
                room.database.write(
                        tx -> room.grants.person(tx, before.issuer(), "1", "new name", room.now));
        Person other =
                room.database.write(
                        tx -> room.grants.person(tx, "https://other", "1", "name", room.now));
        assertEquals(before.id(), renamed.id());
        assertEquals("new name", renamed.login());
        assertNotEquals(before.id(), other.id());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "public_key = x'00'",
                "scope = 'mcp:read mcp:write'",
                "scope = 'nonsense'",
                "client_id = 'other'",
                "redirect_uri = 'https://evil.example'",
                "resource = resource || '/other'",
                "expires_at = expires_at + 1",
                "mac = x''",
                "person_id = (select id from person where upstream_id = '2')",
            })
    void Q3_a_grant_changed_by_a_writer_to_the_database_is_none(String change) {
        room.person("2");
        Issued issued = room.issue(room.person("1"), Scope.READ_ONLY, Scope.READ_ONLY);
        Issued untouched = room.issue();
        room.plant("update access_grant set " + change + " where id = ?", issued.grant().id() + "");
        assertEquals(
                List.of(untouched.grant().id()), live(issued).stream().map(Grant::id).toList());
        assertTrue(room.database.read(tx -> room.grants.find(tx, issued.grant().id())).isEmpty());
        if (change.startsWith("mac")) return; // tokens carry a MAC of their own over their grant
        assertTrue(room.check(issued).isEmpty());
        assertTrue(code(issued).isEmpty());
        assertTrue(refresh(issued).isEmpty());
        assertTrue(room.check(untouched).isPresent());
    }

    @Test
    void Q3_a_person_exchanged_under_a_grant_ends_its_use() {
        Issued issued = room.issue();
        room.plant("update person set upstream_id = '99'");
        assertTrue(room.check(issued).isEmpty());
        assertEquals(List.of(), live(issued));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "access_token set scope = 'mcp:read mcp:write'",
                "access_token set scope = 'nonsense'",
                "access_token set expires_at = expires_at + 1",
                "access_token set serial = 9, grant_id = ?",
                "authorization_code set code_challenge = 'mine'",
                "authorization_code set redirect_uri = 'https://evil.example'",
                "authorization_code set expires_at = expires_at + 1",
                "authorization_code set grant_id = ?",
                "refresh_token set expires_at = expires_at + 1",
                "refresh_token set serial = 9, grant_id = ?",
            })
    void Q3_a_token_row_changed_or_moved_to_another_grant_is_not_found(String change) {
        Issued thief = room.issue(room.person("1"), Scope.FULL, Scope.READ_ONLY);
        Issued victim = room.issue(room.person("2"), Scope.FULL, Scope.FULL);
        String sql = "update " + change + " where grant_id = ?";
        String thiefs = thief.grant().id().value();
        if (change.endsWith("?")) room.plant(sql, victim.grant().id().value(), thiefs);
        else room.plant(sql, thiefs);
        switch (change.substring(0, change.indexOf(' '))) {
            case "access_token" -> {
                assertTrue(room.check(thief).isEmpty());
                assertTrue(
                        room.database
                                .read(tx -> room.tokens.grantOfAccess(tx, thief.access()))
                                .isEmpty());
            }
            case "authorization_code" -> assertTrue(code(thief).isEmpty());
            default -> assertTrue(refresh(thief).isEmpty());
        }
        assertTrue(room.check(victim).isPresent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "mcp:read ", "mcp:read  mcp:write", "MCP:READ", "admin"})
    void a_scope_with_anything_unknown_is_none(String text) {
        assertEquals(Optional.empty(), Scope.parse(text));
    }

    @Test
    void writing_includes_reading_and_the_text_has_one_order() {
        assertEquals("mcp:read mcp:write", Scope.parse("mcp:write").orElseThrow().toString());
        assertEquals(Scope.FULL, Scope.parse("mcp:write mcp:read").orElseThrow());
        assertFalse(Scope.READ_ONLY.covers(Scope.FULL));
        assertTrue(Scope.FULL.covers(Scope.READ_ONLY));
    }

    @Test
    void a_bearer_check_is_quick() {
        Issued issued = room.issue();
        for (int i = 0; i < 5_000; i++) assertTrue(room.check(issued).isPresent());
        int checks = 20_000;
        // processor time: the figure must not depend on what else runs on the machine
        var processor = ManagementFactory.getThreadMXBean();
        long start = processor.getCurrentThreadCpuTime();
        for (int i = 0; i < checks; i++) assertTrue(room.check(issued).isPresent());
        long perSecond = checks * 1_000_000_000L / (processor.getCurrentThreadCpuTime() - start);
        System.out.println("bearer checks per second, one thread: " + perSecond);
        assertTrue(perSecond > 3_000, () -> "only " + perSecond + " per second");
    }
}
