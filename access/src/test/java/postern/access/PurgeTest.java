package postern.access;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import postern.access.TestAccess.Issued;
import postern.vault.CannotOpen;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

class PurgeTest {
    @TempDir Path folder;
    private TestAccess room;

    @BeforeEach
    void open() throws Exception {
        room = new TestAccess(folder);
    }

    @AfterEach
    void close() {
        room.close();
    }

    private void after(Duration time) {
        room.now = room.now.plus(time);
        room.purge.run(room.now);
    }

    private void count(int codes, int access, int refresh, int grants) {
        assertEquals(
                List.of((long) codes, (long) access, (long) refresh, (long) grants),
                List.of(
                        room.rows("authorization_code"),
                        room.rows("access_token"),
                        room.rows("refresh_token"),
                        room.rows("access_grant")));
    }

    @Test
    void Q5_each_row_goes_when_its_time_is_over_and_not_before() {
        room.issue();
        after(Duration.ofMinutes(59));
        count(1, 1, 1, 1);
        after(Duration.ofMinutes(3));
        count(0, 0, 1, 1);
        after(Duration.ofDays(30));
        count(0, 0, 0, 1);
        after(Duration.ofDays(29));
        count(0, 0, 0, 1);
        after(Duration.ofDays(2));
        count(0, 0, 0, 0);
        assertEquals(1, room.rows("person"));
    }

    @Test
    void J6_a_retired_token_is_forgotten_with_its_grace() throws Exception {
        Issued issued = room.issue();
        assertTrue(room.rotate(issued.grant(), issued.refresh()).isPresent());
        after(TestAccess.GRACE.minusSeconds(1));
        room.grants.privateKey(issued.refresh(), issued.grant().id()).close();
        after(Duration.ofSeconds(2));
        assertThrows(
                CannotOpen.class,
                () -> room.grants.privateKey(issued.refresh(), issued.grant().id()));
        assertEquals(1, room.rows("refresh_token"));
    }

    @Test
    void the_wrap_of_an_expired_code_is_erased() {
        Issued issued = room.issue();
        after(Duration.ofSeconds(61));
        assertThrows(
                CannotOpen.class, () -> room.grants.privateKey(issued.code(), issued.grant().id()));
    }

    @Test
    void a_grant_of_which_no_token_is_left_ends() {
        Issued issued = room.issue();
        after(Duration.ofDays(29));
        assertTrue(isLive(issued));
        after(Duration.ofDays(2));
        assertFalse(isLive(issued));
    }

    private boolean isLive(Issued issued) {
        return room.database
                .read(tx -> room.grants.find(tx, issued.grant().id()))
                .orElseThrow()
                .endedAt()
                .isEmpty();
    }

    @Test
    void an_expired_grant_ends_and_its_listeners_hear_of_it() {
        Issued issued = room.issue();
        List<GrantId> told = new CopyOnWriteArrayList<>();
        room.ends.listen(told::add);
        after(Duration.ofDays(90));
        await().atMost(Duration.ofSeconds(2)).until(() -> told.contains(issued.grant().id()));
        assertEquals(
                List.of("EXPIRED"),
                room.database.read(
                        tx -> tx.all("select end_reason from access_grant", r -> r.getString(1))));
    }

    @Test
    void Q5_100_000_expired_tokens_and_20_000_ended_grants_go_in_one_round() {
        Issued live = room.issue();
        Instant longAgo = room.now.minus(Duration.ofDays(365));
        String numbers = "with recursive c(n) as (select 1 union all select n + 1 from c limit ?) ";
        room.plant(
                "insert into access_grant "
                        + numbers
                        + "select printf('%022d', n), person_id, client_id, redirect_uri, scope,"
                        + " resource, public_key, mac, created_at, expires_at, ?, 'EXPIRED', null"
                        + " from c join access_grant",
                20_000,
                longAgo);
        room.plant(
                "insert into access_token (lookup, grant_id, scope, expires_at, wrap, mac, serial) "
                        + numbers
                        + "select randomblob(32), printf('%022d', 1 + n % 20000), scope, ?, wrap,"
                        + " mac, n from c join access_token",
                100_000,
                longAgo);
        room.plant(
                "insert into refresh_token (lookup, grant_id, expires_at, wrap, mac, serial) "
                        + numbers
                        + "select randomblob(32), printf('%022d', 1 + n % 20000), expires_at,"
                        + " wrap, mac, 1 from c join refresh_token",
                20_000);
        long start = System.nanoTime();
        room.purge.run(room.now);
        long millis = (System.nanoTime() - start) / 1_000_000;
        System.out.println("purge of 140,000 rows: " + millis + " ms");
        count(1, 1, 1, 1);
        assertTrue(room.check(live).isPresent());
        assertTrue(millis < 30_000, () -> millis + " ms");
    }
}
