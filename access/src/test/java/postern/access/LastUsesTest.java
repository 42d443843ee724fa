package postern.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import postern.access.TestAccess.Issued;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** When grants were last used, and which one makes room. */
class LastUsesTest {
    @TempDir Path folder;
    private TestAccess room;
    private LastUses uses;
    private TokenCheck check;

    @BeforeEach
    void open() throws Exception {
        room = new TestAccess(folder);
        uses = new LastUses(room.database);
        check = new TokenCheck(room.database, room.vault, () -> room.now, uses);
    }

    @AfterEach
    void close() {
        room.close();
    }

    private Optional<Instant> lastUse(Issued issued) {
        var list = new GrantList(room.grants);
        return room.database.read(tx -> list.all(tx, room.now)).stream()
                .filter(one -> one.grant().id().equals(issued.grant().id()))
                .findFirst()
                .flatMap(LiveGrant::lastUsed);
    }

    private boolean use(Issued issued) {
        return check.check(issued.bearer(), TestAccess.RESOURCE).isPresent();
    }

    @Test
    void a_use_is_written_once_with_the_last_moment_and_not_by_the_request() {
        Issued used = room.issue();
        Issued unused = room.issue();
        assertTrue(use(used));
        room.now = room.now.plus(Duration.ofSeconds(10));
        assertTrue(use(used));
        assertEquals(Optional.empty(), lastUse(used), "no request waits for the database");
        uses.write();
        assertEquals(Optional.of(millis(room.now)), lastUse(used));
        assertEquals(Optional.empty(), lastUse(unused));
        uses.write(); // nothing new: the row of an ended or forgotten grant would not matter
        room.now = room.now.minus(Duration.ofSeconds(5));
        use(used);
        uses.write();
        assertEquals(
                Optional.of(millis(room.now.plus(Duration.ofSeconds(5)))),
                lastUse(used),
                "a clock that jumps back takes nothing away");
    }

    private static Instant millis(Instant moment) {
        return Instant.ofEpochMilli(moment.toEpochMilli());
    }

    @Test
    void a_refused_token_is_no_use() {
        Issued issued = room.issue();
        room.end(issued);
        assertFalse(use(issued));
        uses.write();
        List<Boolean> used =
                room.database.read(tx ->
                        tx.all("select 1 from access_grant where last_used_at > 0", row -> true));
        assertEquals(List.of(), used);
    }

    @Test
    void the_hundred_and_first_grant_of_a_person_ends_the_one_unused_longest() {
        Person ada = room.person("1");
        Issued others = room.issue(room.person("2"), Scope.FULL, Scope.FULL);
        List<Issued> issued = new ArrayList<>();
        for (int i = 0; i < Grants.MAX_PER_PERSON; i++) {
            issued.add(room.issue(ada, Scope.FULL, Scope.FULL));
            room.now = room.now.plusMillis(1);
        }
        assertTrue(use(issued.getFirst()), "the oldest one, but in use");
        uses.write();
        assertTrue(room.check(issued.get(1)).isPresent());
        room.issue(ada, Scope.FULL, Scope.FULL);
        assertTrue(room.check(issued.getFirst()).isPresent());
        assertTrue(room.check(issued.get(1)).isEmpty());
        assertTrue(room.check(issued.get(2)).isPresent());
        assertTrue(room.check(others).isPresent());
        String reason =
                room.database
                        .read(tx ->
                                tx.first(
                                        "select end_reason from access_grant where id = ?",
                                        row -> row.getString(1),
                                        issued.get(1).grant().id().value()))
                        .orElseThrow();
        assertEquals("MADE_ROOM", reason);
    }

    @Test
    void grants_whose_code_was_never_redeemed_make_room_first() {
        Person ada = room.person("1");
        Issued old = room.issue(ada, Scope.FULL, Scope.FULL);
        for (int i = 0; i < 2 * Grants.MAX_PER_PERSON; i++) {
            room.now = room.now.plusMillis(1);
            Issued pushed = room.issue(ada, Scope.FULL, Scope.FULL);
            room.plant("delete from access_token where grant_id = ?", pushed.grant().id().value());
            room.plant("delete from refresh_token where grant_id = ?", pushed.grant().id().value());
        }
        assertTrue(room.check(old).isPresent());
    }
}
