package postern.oauth.client;

import postern.store.Tx;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The documents that were fetched, the last good copy of each. One that somebody signed in with is
 * only forgotten when it was not used for long: codes and refresh tokens hang from it.
 */
final class DocumentTable {
    /** More than can be fetched while one person reads the consent page. */
    private static final int MAX_NEVER_USED = 2_000;

    private static final int MAX_LOOKED_AT = 200;

    private static final String FIND =
            "select url, name, redirect_uris, grant_types, fetched_at, fresh_until"
                    + " from client_document where url = ?";

    /** A copy, when it was fetched, and until when it may be used without asking again. */
    record Stored(Client client, Instant fetchedAt, Instant freshUntil) {
        boolean isFresh(Instant now) {
            return now.isBefore(freshUntil);
        }
    }

    Optional<Stored> find(Tx tx, String url) throws SQLException {
        return tx.first(FIND, DocumentTable::read, url);
    }

    void keep(Tx tx, Stored document) throws SQLException {
        Client client = document.client;
        tx.update(
                """
                insert into client_document (url, name, redirect_uris, grant_types, fetched_at,
                    fresh_until) values (?, ?, ?, ?, ?, ?)
                on conflict (url) do update set name = excluded.name,
                    redirect_uris = excluded.redirect_uris, grant_types = excluded.grant_types,
                    fetched_at = excluded.fetched_at, fresh_until = excluded.fresh_until
                """,
                client.id(),
                client.name(),
                StringList.toJson(client.redirectUris()),
                String.join(" ", client.grantTypes()),
                document.fetchedAt,
                document.freshUntil);
        tx.update(
                """
                delete from client_document where url in (
                    select url from client_document where last_used_at is null
                    order by fetched_at desc limit -1 offset ?)
                """,
                MAX_NEVER_USED);
    }

    /**
     * The host says that the copy holds no more: it is overdue by so much that no new sign-in uses
     * it. Codes and refresh tokens that hang from it stay good.
     */
    void withdraw(Tx tx, String url) throws SQLException {
        tx.update("update client_document set fresh_until = ? where url = ?", Instant.EPOCH, url);
    }

    void markUsed(Tx tx, String url, Instant now) throws SQLException {
        tx.update("update client_document set last_used_at = ? where url = ?", now, url);
    }

    /**
     * Some URLs after {@code after}, in their order, whose copies nobody used or fetched since
     * {@code before}: where one was fetched later, somebody may be about to sign in.
     */
    List<String> unusedSince(Tx tx, Instant before, String after) throws SQLException {
        return tx.all(
                "select url from client_document where url > ? and last_used_at < ?"
                        + " and fetched_at < ? order by url limit ?",
                row -> row.getString(1),
                after,
                before,
                before,
                MAX_LOOKED_AT);
    }

    /** Unless it was used or fetched since {@code before}. */
    void forget(Tx tx, String url, Instant before) throws SQLException {
        tx.update(
                "delete from client_document where url = ? and last_used_at < ?"
                        + " and fetched_at < ?",
                url,
                before,
                before);
    }

    private static Stored read(ResultSet row) throws SQLException {
        var client =
                new Client(
                        ClientKind.DOCUMENT,
                        row.getString("url"),
                        row.getString("name"),
                        StringList.ofJson(row.getString("redirect_uris")),
                        AuthMethod.NONE,
                        Optional.empty(),
                        Set.of(row.getString("grant_types").split(" ")));
        return new Stored(
                client,
                Tx.instant(row, "fetched_at").orElseThrow(),
                Tx.instant(row, "fresh_until").orElseThrow());
    }
}
