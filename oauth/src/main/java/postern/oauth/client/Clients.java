package postern.oauth.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import postern.store.Database;
import postern.store.Tx;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The table of clients. */
public final class Clients {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String COLUMNS =
            "select id, name, redirect_uris, auth_method, secret_hash, grant_types from client";

    private final Database database;

    public Clients(Database database) {
        this.database = database;
    }

    public Optional<Client> find(String id) {
        return database.read(tx -> find(tx, id));
    }

    public Optional<Client> find(Tx tx, String id) throws SQLException {
        return tx.first(COLUMNS + " where id = ?", Clients::read, id);
    }

    /** An earlier registration with the same content, for public clients. */
    Optional<Client> findEqual(Tx tx, byte[] fingerprint) throws SQLException {
        return tx.first(COLUMNS + " where fingerprint = ?", Clients::read, (Object) fingerprint);
    }

    long count(Tx tx) throws SQLException {
        return tx.first("select count(*) from client", row -> row.getLong(1)).orElse(0L);
    }

    void add(Tx tx, Client client, String metadata, Optional<byte[]> fingerprint, Instant now)
            throws SQLException {
        ArrayNode uris = JsonNodeFactory.instance.arrayNode();
        client.redirectUris().forEach(uris::add);
        tx.update(
                """
                insert into client (id, name, redirect_uris, auth_method, secret_hash, grant_types,
                    metadata, fingerprint, created_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                client.id(),
                client.name(),
                uris.toString(),
                client.authMethod().word(),
                client.secretHash().orElse(null),
                String.join(" ", client.grantTypes()),
                metadata,
                fingerprint.orElse(null),
                now);
    }

    /** Somebody has just been given this registration: its time to be used begins again. */
    void renew(Tx tx, String id, Instant now) throws SQLException {
        tx.update("update client set created_at = ? where id = ?", now, id);
    }

    /** From now on the client is never purged. */
    public void markUsed(Tx tx, String id, Instant now) throws SQLException {
        tx.update("update client set last_used_at = ? where id = ?", now, id);
    }

    /**
     * Forgets registrations that nobody ever used. A client that was used keeps its id for ever.
     */
    public int purgeNeverUsed(Tx tx, Instant createdBefore) throws SQLException {
        return tx.update(
                "delete from client where last_used_at is null and created_at < ?", createdBefore);
    }

    private static Client read(ResultSet row) throws SQLException {
        return new Client(
                row.getString("id"),
                row.getString("name"),
                strings(row.getString("redirect_uris")),
                AuthMethod.of(row.getString("auth_method")).orElseThrow(),
                Optional.ofNullable(row.getBytes("secret_hash")),
                Set.of(row.getString("grant_types").split(" ")));
    }

    private static List<String> strings(String json) {
        try {
            List<String> strings = new ArrayList<>();
            JSON.readTree(json).forEach(node -> strings.add(node.textValue()));
            return strings;
        } catch (JsonProcessingException damaged) {
            throw new IllegalStateException("column client.redirect_uris is damaged", damaged);
        }
    }
}
