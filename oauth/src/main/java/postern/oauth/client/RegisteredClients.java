package postern.oauth.client;

import postern.access.Grants;
import postern.http.HttpError;
import postern.oauth.BoundedTable;
import postern.store.Tx;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The table of clients that registered themselves. */
public final class RegisteredClients {
    private static final long MAX_CLIENTS = 50_000;
    private static final String DROP_OLDEST =
            """
            delete from client where id = (
                select id from client where network = ? order by created_at limit 1)
            """;
    private static final String COLUMNS =
            "select id, name, redirect_uris, auth_method, secret_hash, grant_types from client";

    private static final int MAX_LOOKED_AT = 100;
    private static final int MAX_FORGOTTEN = 200;
    private static final Duration NEVER_USED = Duration.ofHours(24);

    private final long newcomers;
    private final BoundedTable table;

    RegisteredClients() {
        this(MAX_CLIENTS);
    }

    RegisteredClients(long maxClients) {
        this.newcomers = Math.max(1, maxClients / 10);
        this.table = new BoundedTable("client", maxClients, DROP_OLDEST);
    }

    Optional<Client> find(Tx tx, String id) throws SQLException {
        return tx.first(COLUMNS + " where id = ?", RegisteredClients::read, id);
    }

    /** An earlier registration with the same content, for public clients. */
    Optional<Client> findEqual(Tx tx, byte[] fingerprint) throws SQLException {
        return tx.first(
                COLUMNS + " where fingerprint = ?", RegisteredClients::read, (Object) fingerprint);
    }

    public static long count(Tx tx) throws SQLException {
        return tx.first("select count(*) from client", row -> row.getLong(1)).orElse(0L);
    }

    /**
     * @param network of who registers it, see {@link BoundedTable#network}
     * @throws HttpError 429 when the table is full, no used client can be spared, and no other
     *     network holds more clients that nobody has used
     */
    void add(
            Tx tx,
            Client client,
            String metadata,
            Optional<byte[]> fingerprint,
            byte[] network,
            Instant now)
            throws SQLException {
        if (!makeRoom(tx, network, now)) {
            throw table.full(
                    "too many clients are registered, try again later", Duration.ofHours(1));
        }
        tx.update(
                """
                insert into client (id, name, redirect_uris, auth_method, secret_hash, grant_types,
                    metadata, fingerprint, network, created_at)
                    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                client.id(),
                client.name(),
                StringList.toJson(client.redirectUris()),
                client.authMethod().word(),
                client.secretHash().orElse(null),
                String.join(" ", client.grantTypes()),
                metadata,
                fingerprint.orElse(null),
                network,
                now);
    }

    /**
     * A tenth of the places is for clients that nobody has used yet: while they have less, the one
     * that was unused longest and has no live grant goes. Told that it is unknown, it registers
     * anew.
     */
    private boolean makeRoom(Tx tx, byte[] network, Instant now) throws SQLException {
        if (table.isFull(tx) && neverUsed(tx) < newcomers) dropIdle(tx, now);
        return table.makeRoom(tx, network);
    }

    private long neverUsed(Tx tx) throws SQLException {
        return tx.first(
                        "select count(*) from"
                                + " (select 1 from client where last_used_at is null limit ?)",
                        row -> row.getLong(1),
                        newcomers)
                .orElse(0L);
    }

    private static void dropIdle(Tx tx, Instant now) throws SQLException {
        for (String id : longestUnused(tx)) {
            if (Grants.mayHaveLiveGrant(tx, id, now)) continue;
            tx.update("delete from client where id = ?", id);
            return;
        }
    }

    private static List<String> longestUnused(Tx tx) throws SQLException {
        return tx.all(
                "select id from client where last_used_at is not null order by last_used_at"
                        + " limit ?",
                row -> row.getString(1),
                MAX_LOOKED_AT);
    }

    /**
     * Counts those with a live grant at the head of the longest unused as used after all others, so
     * that behind them those are found that can be spared. True when there may be more of them.
     *
     * @param passed whom earlier steps of the same round passed over; this one adds its own, and
     *     ends the round when one of them comes again: then all were looked at
     */
    boolean passOverLive(Tx tx, Instant now, Set<String> passed) throws SQLException {
        if (!table.isFull(tx)) return false;
        List<String> head = longestUnused(tx);
        Instant last = afterAll(tx, now);
        for (String id : head) {
            if (passed.contains(id) || !Grants.mayHaveLiveGrant(tx, id, now)) return false;
            tx.update("update client set last_used_at = ? where id = ?", last, id);
            passed.add(id);
        }
        return head.size() == MAX_LOOKED_AT;
    }

    /** Later than any use that is written down, also when the clock was put back since. */
    private static Instant afterAll(Tx tx, Instant now) throws SQLException {
        return tx.first(
                        "select max(last_used_at) as newest from client"
                                + " where last_used_at is not null",
                        row -> Tx.instant(row, "newest"))
                .flatMap(newest -> newest)
                .map(newest -> newest.plusMillis(1))
                .filter(now::isBefore)
                .orElse(now);
    }

    /**
     * Somebody at {@code network} has just been given this registration: its time to be used begins
     * again, and while nobody has used it, it counts for that network.
     */
    void renew(Tx tx, String id, byte[] network, Instant now) throws SQLException {
        tx.update(
                "update client set created_at = ?, network = iif(network is null, null, ?)"
                        + " where id = ?",
                now,
                network,
                id);
    }

    /**
     * From now on it keeps its place while it has a live grant, and whose network it came from is
     * forgotten. False when it is gone.
     */
    boolean markUsed(Tx tx, String id, Instant now) throws SQLException {
        return tx.update("update client set last_used_at = ?, network = null where id = ?", now, id)
                == 1;
    }

    /**
     * Forgets some registrations that nobody used for a day, few enough that no other writer waits
     * long; true when there may be more.
     */
    boolean forgetNeverUsed(Tx tx, Instant now) throws SQLException {
        int gone =
                tx.update(
                        """
                        delete from client where id in (
                            select id from client where last_used_at is null and created_at < ?
                                limit ?)
                        """,
                        now.minus(NEVER_USED),
                        MAX_FORGOTTEN);
        return gone == MAX_FORGOTTEN;
    }

    private static Client read(ResultSet row) throws SQLException {
        return new Client(
                ClientKind.REGISTERED,
                row.getString("id"),
                row.getString("name"),
                StringList.ofJson(row.getString("redirect_uris")),
                AuthMethod.of(row.getString("auth_method")).orElseThrow(),
                Optional.ofNullable(row.getBytes("secret_hash")),
                Set.of(row.getString("grant_types").split(" ")));
    }
}
