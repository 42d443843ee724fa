package postern.access;

import postern.store.Database;

import java.time.Duration;
import java.time.Instant;

/**
 * Forgets what nobody may use any more, so that tables stay small and old wraps cannot be opened.
 */
public final class Purge {
    /** How long an ended grant is kept, so that people and operators can see why it ended. */
    private static final Duration ENDED_GRANTS = Duration.ofDays(30);

    private static final Duration SPENT_CODES = Duration.ofHours(1);
    private static final Duration ENDS = Duration.ofDays(1);
    private static final int MAX_GRANTS = 500;

    private final Database database;
    private final Duration refreshGrace;

    public Purge(Database database, Duration refreshGrace) {
        this.database = database;
        this.refreshGrace = refreshGrace;
    }

    /**
     * One round; called every minute. Each table is a write of its own, so that nobody waits long.
     */
    public void run(Instant now) {
        database.write(tx ->
                tx.update(
                        "update refresh_token set wrap = null, successor_seal = null"
                                + " where retired_at < ? and wrap is not null",
                        now.minus(refreshGrace)));
        database.write(tx -> tx.update("delete from access_token where expires_at < ?", now));
        database.write(tx ->
                tx.update(
                        "update authorization_code set wrap = null"
                                + " where expires_at < ? and wrap is not null",
                        now));
        database.write(tx ->
                tx.update(
                        "delete from authorization_code where expires_at < ?",
                        now.minus(SPENT_CODES)));
        database.write(tx -> tx.update("delete from refresh_token where expires_at < ?", now));
        database.write(
                tx -> tx.update("delete from grant_end where ended_at < ?", now.minus(ENDS)));
        purgeGrants(now.minus(ENDED_GRANTS));
    }

    private void purgeGrants(Instant over) {
        String old =
                "(select id from access_grant where ended_at < ? or expires_at < ? limit "
                        + MAX_GRANTS
                        + ")";
        database.write(tx -> {
            tx.update("delete from access_token where grant_id in " + old, over, over);
            tx.update("delete from refresh_token where grant_id in " + old, over, over);
            tx.update("delete from authorization_code where grant_id in " + old, over, over);
            return tx.update("delete from access_grant where id in " + old, over, over);
        });
    }
}
