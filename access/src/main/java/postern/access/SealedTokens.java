package postern.access;

import postern.store.Database;
import postern.store.Tx;
import postern.vault.KeyId;
import postern.vault.KeyUse;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/**
 * What codes and tokens have sealed, by the master key that it needs. It is never sealed anew: that
 * takes the token. A refresh token's is replaced whenever it is used, the others live short.
 */
public final class SealedTokens {

    /** Live grants that nothing but a key of this header opens any more, once it is gone. */
    private static final String NEEDING =
            """
            select g.id from access_grant g where g.ended_at is null and (
                exists (select 1 from refresh_token where grant_id = g.id
                    and retired_at is null and substr(wrap, 1, 5) = ?)
                or exists (select 1 from access_token where grant_id = g.id
                    and substr(wrap, 1, 5) = ?)
                or exists (select 1 from authorization_code where grant_id = g.id
                    and substr(wrap, 1, 5) = ?))
            """;

    private SealedTokens() {}

    public static List<KeyUse> use(Tx tx) throws SQLException {
        return List.of(
                KeyUse.count(
                        tx,
                        "codes",
                        "select substr(wrap, 1, 5), count(*) from authorization_code"
                                + " where wrap is not null group by 1"),
                KeyUse.count(
                        tx,
                        "access tokens",
                        "select substr(wrap, 1, 5), count(*) from access_token"
                                + " where wrap is not null group by 1"),
                KeyUse.count(
                        tx,
                        "refresh tokens",
                        "select substr(wrap, 1, 5), count(*) from refresh_token"
                                + " where wrap is not null group by 1"),
                KeyUse.count(
                        tx,
                        "successors of refresh tokens",
                        "select substr(successor_seal, 1, 5), count(*) from refresh_token"
                                + " where successor_seal is not null group by 1"));
    }

    /** How many live grants have a token that needs {@code key}. */
    public static long grantsNeeding(Tx tx, KeyId key) throws SQLException {
        byte[] header = key.header();
        return tx.first(
                        "select count(*) from (" + NEEDING + ")",
                        row -> row.getLong(1),
                        header,
                        header,
                        header)
                .orElse(0L);
    }

    /**
     * Ends all grants that have a token which needs {@code key}, in small transactions, and erases
     * what else is sealed with it; running servers notice by reading. Returns how many ended.
     */
    public static long endNeeding(Database database, KeyId key, Instant now) {
        byte[] header = key.header();
        long all =
                GrantSteps.each(
                        database,
                        NEEDING,
                        (tx, id) -> Grants.writeEnd(tx, id, EndReason.KEY_RETIRED, now),
                        header,
                        header,
                        header);
        database.write(tx -> erase(tx, header));
        return all;
    }

    private static int erase(Tx tx, byte[] header) throws SQLException {
        return tx.update(
                        "update refresh_token set wrap = null, successor_seal = null"
                                + " where substr(wrap, 1, 5) = ? or substr(successor_seal, 1, 5)"
                                + " = ?",
                        header,
                        header)
                + tx.update(
                        "update authorization_code set wrap = null where substr(wrap, 1, 5) = ?",
                        (Object) header);
    }
}
