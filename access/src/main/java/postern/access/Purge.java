package postern.access;

import postern.store.Database;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Forgets what nobody may use any more, so that tables stay small and old wraps cannot be opened.
 */
public final class Purge {
    /** How long an ended grant is kept, so that people and operators can see why it ended. */
    private static final Duration ENDED_GRANTS = Duration.ofDays(30);

    private static final Duration SPENT_CODES = Duration.ofHours(1);
    private static final Duration ENDS = Duration.ofDays(1);
    private static final int MAX_ROWS = 2_000;
    private static final int MAX_GRANTS = 200;

    private static final String UNUSABLE =
            """
            select id from access_grant g where ended_at is null
                and not exists (select 1 from refresh_token where grant_id = g.id)
                and not exists (select 1 from access_token where grant_id = g.id)
                and not exists (select 1 from authorization_code where grant_id = g.id)
                limit ?
            """;

    private final Database database;
    private final Duration refreshGrace;
    private final OldTokens tokens;

    public Purge(Database database, Duration refreshGrace) {
        this.database = database;
        this.refreshGrace = refreshGrace;
        this.tokens = new OldTokens(database);
    }

    /**
     * One round; called every minute. It makes many small writes, so that nobody waits long even
     * after months without a purge.
     */
    public void run(Instant now) {
        endExpired(now);
        inSteps(
                """
                update authorization_code set wrap = null where lookup in
                (select lookup from authorization_code
                    where expires_at < ? and wrap is not null limit ?)
                """,
                now);
        inSteps(
                """
                delete from authorization_code where lookup in
                (select lookup from authorization_code where expires_at < ? limit ?)
                """,
                now.minus(SPENT_CODES));
        inSteps(
                """
                delete from grant_end where seq in
                (select seq from grant_end where ended_at < ? limit ?)
                """,
                now.minus(ENDS));
        tokens.forgetRefresh(now, now.minus(refreshGrace));
        tokens.forgetAccess(now);
        endUnusable(now);
        purgeGrants(now.minus(ENDED_GRANTS));
    }

    private void inSteps(String sql, Instant before) {
        database.writeInSteps(tx -> tx.update(sql, before, MAX_ROWS) == MAX_ROWS);
    }

    /** An expired grant ends like any other: wraps are erased, and listeners hear of it. */
    private void endExpired(Instant now) {
        String sql = "select id from access_grant where ended_at is null and expires_at <= ?";
        GrantSteps.each(
                database, sql, (tx, id) -> Grants.writeEnd(tx, id, EndReason.EXPIRED, now), now);
    }

    /**
     * A grant of which no code and no token is left can never be used again: its code was not
     * redeemed, or its client let all tokens expire. Looked up by reading, so that writers do not
     * wait for it.
     */
    private void endUnusable(Instant now) {
        List<GrantId> unusable =
                database.read(
                        tx -> tx.all(UNUSABLE, row -> new GrantId(row.getString(1)), MAX_GRANTS));
        for (GrantId id : unusable) {
            database.write(tx -> Grants.writeEnd(tx, id, EndReason.EXPIRED, now));
        }
    }

    private void purgeGrants(Instant over) {
        GrantSteps.each(
                database,
                "select id from access_grant where ended_at < ?",
                (tx, id) -> {
                    tx.update("delete from access_token where grant_id = ?", id.value());
                    tx.update("delete from refresh_token where grant_id = ?", id.value());
                    tx.update("delete from authorization_code where grant_id = ?", id.value());
                    tx.update("delete from access_grant where id = ?", id.value());
                },
                over);
    }
}
