package postern.access;

import postern.store.Tx;

import java.sql.SQLException;
import java.time.Instant;

/**
 * Ends everything in a copy of the database: tokens that were spent or revoked since it was made
 * must not come to life again, and what it holds of them must not be stolen with it.
 */
public final class RestoredGrants {
    private RestoredGrants() {}

    /** With them goes all that opens the keys of grants. */
    public static void forgetTokens(Tx tx) throws SQLException {
        tx.update("delete from authorization_code");
        tx.update("delete from access_token");
        tx.update("delete from refresh_token");
    }

    /** Returns how many grants were live in the copy. */
    public static int end(Tx tx, Instant now) throws SQLException {
        forgetTokens(tx);
        tx.update(
                "insert into grant_end (grant_id, ended_at)"
                        + " select id, ? from access_grant where ended_at is null",
                now);
        return tx.update(
                "update access_grant set ended_at = ?, end_reason = ? where ended_at is null",
                now,
                EndReason.RESTORED.name());
    }

    /** Whether nothing is left in the copy that a token could open. */
    public static boolean areEnded(Tx tx) throws SQLException {
        return tx.first(
                        """
                        select (select count(*) from access_grant where ended_at is null)
                            + (select count(*) from authorization_code)
                            + (select count(*) from access_token)
                            + (select count(*) from refresh_token)
                        """,
                        row -> row.getLong(1))
                .equals(java.util.Optional.of(0L));
    }

    /** People and live grants, for messages. */
    public record Held(long people, long grants) {
        public static Held in(Tx tx) throws SQLException {
            return tx.first(
                            "select (select count(*) from person), (select count(*) from"
                                    + " access_grant where ended_at is null)",
                            row -> new Held(row.getLong(1), row.getLong(2)))
                    .orElseThrow();
        }
    }
}
