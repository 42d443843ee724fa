package postern.oauth.client;

import postern.http.HttpError;
import postern.oauth.BoundedTable;
import postern.store.Tx;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
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

    private final BoundedTable table;

    RegisteredClients() {
        this(MAX_CLIENTS);
    }

    RegisteredClients(long maxClients) {
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
     * @throws HttpError 429 when the table is full, and no other network holds more clients that
     *     nobody has used
     */
    void add(
            Tx tx,
            Client client,
            String metadata,
            Optional<byte[]> fingerprint,
            byte[] network,
            Instant now)
            throws SQLException {
        if (!table.makeRoom(tx, network)) {
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

    /** Somebody has just been given this registration: its time to be used begins again. */
    void renew(Tx tx, String id, Instant now) throws SQLException {
        tx.update("update client set created_at = ? where id = ?", now, id);
    }

    /** From now on it keeps its place, and whose network it came from is forgotten. */
    void markUsed(Tx tx, String id, Instant now) throws SQLException {
        tx.update("update client set last_used_at = ?, network = null where id = ?", now, id);
    }

    /**
     * Forgets registrations that nobody ever used. A client that was used keeps its id for ever.
     */
    int purgeNeverUsed(Tx tx, Instant createdBefore) throws SQLException {
        return tx.update(
                "delete from client where last_used_at is null and created_at < ?", createdBefore);
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
