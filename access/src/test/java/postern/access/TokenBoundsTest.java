package postern.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import postern.access.TestAccess.Issued;
import postern.vault.Token;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** J13 and Q5: the rows of a grant are bounded, and each step of the token path is an index's. */
class TokenBoundsTest {
    private static final byte[] WRAP = {1};

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

    private Tokens.Stored stored(Token token, Issued issued) {
        return new Tokens.Stored(
                token.lookup(), issued.grant().id(), room.now.plus(Duration.ofHours(1)), WRAP);
    }

    private Token addAccess(Issued issued) {
        Token token = room.vault.mintAccess(issued.grant().id().value());
        room.database.write(tx -> {
            room.tokens.addAccess(tx, stored(token, issued), issued.grant(), Scope.FULL);
            return null;
        });
        return token;
    }

    private Token rotate(Issued issued, Token current) {
        return room.rotate(issued.grant(), current).orElseThrow();
    }

    private boolean isKnown(Token refresh) {
        return room.database.read(tx -> room.tokens.findRefresh(tx, refresh)).isPresent();
    }

    private boolean accepts(Token access) {
        String text = access.text().useText(plain -> plain);
        return room.check.check(text, TestAccess.RESOURCE).isPresent();
    }

    @Test
    void the_newest_64_access_tokens_of_a_grant_are_good() {
        Issued issued = room.issue();
        Issued other = room.issue(room.person("2"), Scope.FULL, Scope.FULL);
        List<Token> added = new ArrayList<>();
        for (int i = 0; i < 63; i++) added.add(addAccess(issued));
        assertTrue(room.check(issued).isPresent());
        added.add(addAccess(issued));
        assertFalse(room.check(issued).isPresent(), "the eldest made room");
        assertTrue(added.stream().allMatch(this::accepts));
        for (int i = 0; i < 200; i++) added.add(addAccess(issued));
        assertEquals(64 + 1, room.rows("access_token"));
        assertTrue(added.subList(added.size() - 64, added.size()).stream().allMatch(this::accepts));
        assertTrue(room.check(other).isPresent(), "another grant's tokens stay");
    }

    @Test
    void beside_the_refresh_token_of_a_grant_64_retired_ones_are_kept() {
        Issued issued = room.issue();
        List<Token> chain = new ArrayList<>(List.of(issued.refresh()));
        for (int i = 0; i < 64; i++) chain.add(rotate(issued, chain.getLast()));
        assertTrue(chain.stream().allMatch(this::isKnown));
        for (int i = 0; i < 200; i++) chain.add(rotate(issued, chain.getLast()));
        assertEquals(65, room.rows("refresh_token"));
        assertTrue(chain.subList(chain.size() - 65, chain.size()).stream().allMatch(this::isKnown));
        room.now = room.now.plus(TestAccess.GRACE);
        new Purge(room.database, TestAccess.GRACE).run(room.now);
        assertEquals(1, room.rows("refresh_token"));
        assertTrue(isKnown(chain.getLast()));
    }

    @Test
    void J13_the_thousandth_rotation_changes_as_many_rows_as_the_hundredth() {
        Issued issued = room.issue();
        Token current = issued.refresh();
        List<Long> changes = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            long before = totalChanges();
            current = rotate(issued, current);
            changes.add(totalChanges() - before);
        }
        assertEquals(3, changes.getFirst(), "one retired, two added");
        assertTrue(changes.stream().allMatch(each -> each <= 5), changes::toString);
        assertEquals(changes.get(100), changes.getLast());
    }

    /** Of the writer's connection, which makes all changes. */
    private long totalChanges() {
        return room.database.write(
                tx -> tx.first("select total_changes()", row -> row.getLong(1)).orElseThrow());
    }

    static Stream<String> hotStatements() {
        return Stream.of(
                Tokens.ADD_ACCESS,
                Tokens.ADD_REFRESH,
                Tokens.FIND_REFRESH,
                Tokens.RETIRE_REFRESH,
                Tokens.FIND_ACCESS,
                forgetting("access_token"),
                forgetting("refresh_token"));
    }

    /** What the table's trigger does at each insert. */
    private static String forgetting(String table) {
        return "delete from " + table + " where grant_id = ? and serial <= ? - 64";
    }

    private static int parameters(String sql) {
        int named = (int) IntStream.rangeClosed(1, 9).filter(i -> sql.contains("?" + i)).count();
        return named > 0 ? named : (int) sql.chars().filter(c -> c == '?').count();
    }

    private List<String> plan(String sql) {
        Object[] nothing = new Object[parameters(sql)];
        return room.database.write(
                tx -> tx.all("explain query plan " + sql, row -> row.getString("detail"), nothing));
    }

    /** Of those a person may have any number. */
    @Test
    void looking_up_what_is_live_passes_no_ended_grant() {
        List<String> plan = plan(Grants.SELECT + " where g.person_id = ? and g.ended_at is null");
        assertTrue(plan.toString().contains("access_grant_live_by_person"), plan::toString);
        plan =
                plan(
                        "select 1 from access_grant where person_id = ? and client_id = ? and"
                                + " ended_at >= ?");
        assertTrue(plan.toString().contains("access_grant_ended_by_client"), plan::toString);
    }

    @ParameterizedTest
    @MethodSource("hotStatements")
    void no_statement_of_the_token_path_scans_a_table(String sql) {
        List<String> plan = plan(sql);
        assertTrue(
                plan.stream()
                        .noneMatch(
                                step -> step.startsWith("SCAN ") && !step.contains("CONSTANT ROW")),
                plan::toString);
    }
}
