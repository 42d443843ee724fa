package postern.oauth;

import postern.http.HttpError;
import postern.http.Request;
import postern.store.Tx;
import postern.vault.Vault;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * A table that strangers fill, and that nobody can fill for everybody else: when it is full, a
 * newcomer takes the place of the oldest row of the network that holds most, and only the busiest
 * network itself is refused. A row without a network led to a grant and does not lose its place
 * here.
 *
 * <p>The shares are counted by triggers of the table, so that any number of rows costs the same few
 * steps in an index. Safe for many threads; methods with a {@link Tx} are part of the caller's
 * transaction.
 */
public final class BoundedTable {
    private final String name;
    private final long maxRows;
    private final String dropOldest;

    /**
     * @param name as its triggers call it
     * @param dropOldest deletes the oldest row of the network that is its only value
     */
    public BoundedTable(String name, long maxRows, String dropOldest) {
        this.name = name;
        this.maxRows = maxRows;
        this.dropOldest = dropOldest;
    }

    /** What is stored of the caller's network: enough to count with, and no address of anybody. */
    public static byte[] network(Vault vault, Request request) {
        return vault.keyedHash("network", request.clientNetwork());
    }

    private record Share(byte[] network, long held) {}

    /**
     * Whether {@code network} may add a row now; somebody else's may have gone for it. False when
     * the table is full and no other network holds more of it.
     */
    public boolean makeRoom(Tx tx, byte[] network) throws SQLException {
        if (!isFull(tx)) return true;
        Optional<Share> busiest =
                tx.first(
                        "select network, held from network_share where table_name = ?"
                                + " order by held desc, newest limit 1",
                        row -> new Share(row.getBytes(1), row.getLong(2)),
                        name);
        return busiest.isPresent()
                && busiest.get().held > held(tx, network)
                && tx.update(dropOldest, (Object) busiest.get().network) == 1;
    }

    /** Whether somebody's row has to go before there is room for another one. */
    public boolean isFull(Tx tx) throws SQLException {
        return rows(tx) >= maxRows;
    }

    private long rows(Tx tx) throws SQLException {
        return tx.first(
                        "select held from bounded_table where name = ?",
                        row -> row.getLong(1),
                        name)
                .orElse(0L);
    }

    private long held(Tx tx, byte[] network) throws SQLException {
        return tx.first(
                        "select held from network_share where table_name = ? and network = ?",
                        row -> row.getLong(1),
                        name,
                        network)
                .orElse(0L);
    }

    /** For whoever was given no room. */
    public HttpError full(String hint, Duration retryAfter) {
        return new HttpError(429, hint, name + " is full, and no other network holds more of it")
                .with("Retry-After", Long.toString(retryAfter.toSeconds()));
    }
}
