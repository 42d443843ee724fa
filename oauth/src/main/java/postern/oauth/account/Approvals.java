package postern.oauth.account;

import postern.access.GrantList;
import postern.access.Scope;
import postern.oauth.client.RedirectUris;
import postern.store.Database;
import postern.store.Tx;
import postern.vault.Purpose;
import postern.vault.Vault;

import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The table of remembered approvals. Every method is part of the caller's transaction. */
public final class Approvals {
    static final int MAX_PER_PERSON = 100;
    private static final int CHECKED_AT_ONCE = 500;
    private static final int MAX_FORGOTTEN = 200;
    private static final Duration UNUSED = Duration.ofDays(180);
    private static final String SELECT =
            """
            select id, person_id, client_id, redirect_uri, resource, scope, created_at,
                last_used_at, mac
            from remembered_approval
            """;

    private final Vault vault;
    private final GrantList grants;

    public Approvals(Vault vault, GrantList grants) {
        this.vault = vault;
        this.grants = grants;
    }

    /** An approval with its name for forms. */
    record Remembered(String id, Approval approval, Instant since, Instant lastUsed) {}

    /**
     * Only a claimed https name stays with one program; any program on a computer may listen on
     * loopback (OAuth 2.1 section 7.3.1), and an IP address may be somebody else's tomorrow.
     */
    public static boolean mayBeRemembered(String redirectUri) {
        URI uri = URI.create(redirectUri);
        if (!"https".equals(uri.getScheme()) || uri.getHost() == null) return false;
        return !RedirectUris.isThisComputer(redirectUri) && !RedirectUris.hasAddress(redirectUri);
    }

    /** Whether the person has agreed to all that is asked, and nobody has revoked it since. */
    public boolean covers(Tx tx, Approval asked) throws SQLException {
        Optional<Remembered> found =
                tx.first(
                                SELECT
                                        + " where person_id = ? and client_id = ?"
                                        + " and redirect_uri = ? and resource = ?",
                                this::read,
                                asked.personId(),
                                asked.clientId(),
                                asked.redirectUri(),
                                asked.resource())
                        .flatMap(verified -> verified);
        return found.isPresent()
                && found.get().approval.covers(asked)
                && !grants.isRevokedSince(
                        tx, asked.personId(), asked.clientId(), found.get().since);
    }

    /** Replaces what was agreed before; the one unused longest makes room. */
    public void remember(Tx tx, String id, Approval approval, Instant now) throws SQLException {
        forget(tx, approval);
        tx.update(
                """
                delete from remembered_approval where id in
                (select id from remembered_approval where person_id = ?
                    order by last_used_at desc limit -1 offset ?)
                """,
                approval.personId(),
                MAX_PER_PERSON - 1);
        tx.update(
                """
                insert into remembered_approval (id, person_id, client_id, redirect_uri, resource,
                    scope, created_at, last_used_at, mac) values (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                id,
                approval.personId(),
                approval.clientId(),
                approval.redirectUri(),
                approval.resource(),
                approval.scope().toString(),
                now,
                now,
                vault.rowMac(row(id, approval, now)));
    }

    /** It has stood in for the question once more. */
    public void used(Tx tx, Approval asked, Instant now) throws SQLException {
        tx.update(
                "update remembered_approval set last_used_at = ? where person_id = ?"
                        + " and client_id = ? and redirect_uri = ? and resource = ?",
                now,
                asked.personId(),
                asked.clientId(),
                asked.redirectUri(),
                asked.resource());
    }

    List<Remembered> of(Tx tx, long personId) throws SQLException {
        return tx
                .all(SELECT + " where person_id = ? order by created_at", this::read, personId)
                .stream()
                .flatMap(Optional::stream)
                .toList();
    }

    /** What was agreed before, of whatever scope. */
    public void forget(Tx tx, Approval approval) throws SQLException {
        tx.update(
                "delete from remembered_approval where person_id = ? and client_id = ?"
                        + " and redirect_uri = ? and resource = ?",
                approval.personId(),
                approval.clientId(),
                approval.redirectUri(),
                approval.resource());
    }

    /**
     * Forgets what was agreed before somebody took a grant from the client: {@link #covers} sees
     * that only while the ended grant is known.
     *
     * @param after the id where the last call came to; empty to begin
     * @return the id where this call came to; empty when it has seen the last one
     */
    public String forgetRevoked(Database database, String after) {
        List<Row> some =
                database.read(tx ->
                        tx.all(
                                "select id, person_id, client_id, created_at from"
                                        + " remembered_approval where id > ? order by id limit ?",
                                Row::of,
                                after,
                                CHECKED_AT_ONCE));
        for (Row row : some) {
            boolean revoked =
                    database.read(
                            tx -> grants.isRevokedSince(tx, row.personId, row.clientId, row.since));
            if (!revoked) continue;
            database.write(tx -> {
                forget(tx, row.personId, row.id);
                return null;
            });
        }
        return some.size() < CHECKED_AT_ONCE ? "" : some.getLast().id;
    }

    private record Row(String id, long personId, String clientId, Instant since) {
        static Row of(ResultSet row) throws SQLException {
            return new Row(
                    row.getString("id"),
                    row.getLong("person_id"),
                    row.getString("client_id"),
                    Tx.instant(row, "created_at").orElseThrow());
        }
    }

    void forget(Tx tx, long personId, String id) throws SQLException {
        tx.update("delete from remembered_approval where person_id = ? and id = ?", personId, id);
    }

    /** Whoever revokes a client's access will want to be asked before it comes back. */
    public void forgetClient(Tx tx, long personId, String clientId) throws SQLException {
        tx.update(
                "delete from remembered_approval where person_id = ? and client_id = ?",
                personId,
                clientId);
    }

    public void forgetAllOf(Tx tx, long personId) throws SQLException {
        tx.update("delete from remembered_approval where person_id = ?", personId);
    }

    /**
     * Forgets some that nobody used for long, few enough that no other writer waits long; true when
     * there may be more.
     */
    boolean forgetUnused(Tx tx, Instant now) throws SQLException {
        int gone =
                tx.update(
                        """
                        delete from remembered_approval where id in (
                            select id from remembered_approval where last_used_at < ? limit ?)
                        """,
                        now.minus(UNUSED),
                        MAX_FORGOTTEN);
        return gone == MAX_FORGOTTEN;
    }

    private Optional<Remembered> read(ResultSet row) throws SQLException {
        Optional<Scope> scope = Scope.parse(row.getString("scope"));
        if (scope.isEmpty()) return Optional.empty();
        var approval =
                new Approval(
                        row.getLong("person_id"),
                        row.getString("client_id"),
                        row.getString("redirect_uri"),
                        row.getString("resource"),
                        scope.get());
        String id = row.getString("id");
        Instant since = Tx.instant(row, "created_at").orElseThrow();
        if (!vault.isRowMac(row.getBytes("mac"), row(id, approval, since))) return Optional.empty();
        Instant lastUsed = Tx.instant(row, "last_used_at").orElseThrow();
        return Optional.of(new Remembered(id, approval, since, lastUsed));
    }

    private static Purpose row(String id, Approval approval, Instant since) {
        return Purpose.of(
                "remembered_approval",
                id,
                Long.toString(approval.personId()),
                approval.clientId(),
                approval.redirectUri(),
                approval.resource(),
                approval.scope().toString(),
                Long.toString(since.toEpochMilli()));
    }
}
