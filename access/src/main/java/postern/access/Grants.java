package postern.access;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.core.Secret;
import postern.store.Database;
import postern.store.Tx;
import postern.vault.CannotOpen;
import postern.vault.GrantSeal;
import postern.vault.Token;
import postern.vault.Vault;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * People and their grants. Methods that take a {@link Tx} are part of the caller's transaction,
 * read no clock and make no network call.
 */
public final class Grants {
    /** How many live grants a person may have; a new one ends the one unused longest. */
    static final int MAX_PER_PERSON = 100;

    private static final int MAX_LOOKED_AT = 100;

    private static final Logger LOG = LoggerFactory.getLogger(Grants.class);

    static final String SELECT =
            """
            select g.id, g.client_id, g.redirect_uri, g.scope, g.resource, g.public_key, g.mac, \
            g.expires_at as grant_expires_at, g.ended_at, g.end_reason, g.created_at, g.last_used_at, \
            p.id as person_id, p.issuer, p.upstream_id, p.login
            from access_grant g join person p on p.id = g.person_id
            """;

    private final Database database;
    private final Vault vault;
    private final GrantEnds ends;

    public Grants(Database database, Vault vault, GrantEnds ends) {
        this.database = database;
        this.vault = vault;
        this.ends = ends;
    }

    /**
     * Finds the person by issuer and upstream id, or makes one; the login is brought up to date.
     */
    public Person person(Tx tx, String issuer, String upstreamId, String login, Instant now)
            throws SQLException {
        tx.update(
                """
                insert into person (issuer, upstream_id, login, created_at) values (?, ?, ?, ?)
                on conflict (issuer, upstream_id) do update set login = excluded.login
                """,
                issuer,
                upstreamId,
                login,
                now);
        return tx.first(
                        "select id from person where issuer = ? and upstream_id = ?",
                        row -> new Person(row.getLong(1), issuer, upstreamId, login),
                        issuer,
                        upstreamId)
                .orElseThrow();
    }

    public Optional<Person> person(Tx tx, long id) throws SQLException {
        return tx.first(
                "select id, issuer, upstream_id, login from person where id = ?",
                Grants::readPerson,
                id);
    }

    /** Somebody who has come in before; makes nobody. */
    public Optional<Person> knownPerson(Tx tx, String issuer, String upstreamId)
            throws SQLException {
        return tx.first(
                "select id, issuer, upstream_id, login from person"
                        + " where issuer = ? and upstream_id = ?",
                Grants::readPerson,
                issuer,
                upstreamId);
    }

    /**
     * People who had this login when they last came in, the longest known first. There may be
     * several: logins are renamed and given to others. Case counts as little as at Forgejo.
     */
    public List<Person> peopleNamed(Tx tx, String login) throws SQLException {
        return tx.all(
                "select id, issuer, upstream_id, login from person"
                        + " where login = ? collate nocase order by id",
                Grants::readPerson,
                login);
    }

    private static Person readPerson(ResultSet row) throws SQLException {
        return new Person(row.getLong(1), row.getString(2), row.getString(3), row.getString(4));
    }

    /**
     * Stores a new grant with a MAC over all that it allows. One more than {@link #MAX_PER_PERSON}
     * ends the one that was unused longest.
     */
    public void create(Tx tx, Grant grant, Instant now) throws SQLException {
        makeRoom(tx, grant.person().id(), now);
        tx.update(
                """
                insert into access_grant (id, person_id, client_id, redirect_uri, scope, resource,
                    public_key, mac, created_at, expires_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                grant.id().value(),
                grant.person().id(),
                grant.clientId(),
                grant.redirectUri(),
                grant.scope().toString(),
                grant.resource(),
                grant.publicKey(),
                vault.rowMac(grant.row()),
                now,
                grant.expiresAt());
    }

    /**
     * Those whose code was never redeemed go first: a page that sends a browser here again and
     * again must not push out what is in use.
     */
    private void makeRoom(Tx tx, long personId, Instant now) throws SQLException {
        List<GrantId> over =
                tx.all(
                        """
                        select id from access_grant g where person_id = ? and ended_at is null
                            order by expires_at > ? desc,
                            exists (select 1 from refresh_token where grant_id = g.id)
                                or exists (select 1 from access_token where grant_id = g.id) desc,
                            coalesce(last_used_at, created_at) desc limit -1 offset ?
                        """,
                        row -> new GrantId(row.getString(1)),
                        personId,
                        now,
                        MAX_PER_PERSON - 1);
        for (GrantId id : over) {
            end(tx, id, EndReason.MADE_ROOM, now);
            tx.afterCommit(
                    () -> LOG.atInfo().addKeyValue("grant", id).log("access.grant.made-room"));
        }
    }

    /** Empty as well when the row's MAC does not fit, see {@link #liveGrantsOf}. */
    public Optional<Grant> find(Tx tx, GrantId id) throws SQLException {
        return tx.first(SELECT + " where g.id = ?", this::readVerified, id.value())
                .flatMap(verified -> verified);
    }

    /**
     * The person's grants that are neither ended nor expired. A row whose MAC does not fit is left
     * out: a writer to the database planted it, and nothing may be sealed to its key.
     */
    public List<Grant> liveGrantsOf(Tx tx, long personId, Instant now) throws SQLException {
        return tx
                .all(
                        SELECT + " where g.person_id = ? and g.ended_at is null",
                        this::readVerified,
                        personId)
                .stream()
                .flatMap(Optional::stream)
                .filter(grant -> grant.isLive(now))
                .toList();
    }

    /**
     * Whether the client has a grant that is neither ended nor expired. True as well when it has so
     * many that looking at each would keep other writers waiting.
     */
    public static boolean mayHaveLiveGrant(Tx tx, String clientId, Instant now)
            throws SQLException {
        return tx.first(
                        """
                        select count(*) = ? or coalesce(sum(ended_at is null and expires_at > ?), 0)
                        from (select ended_at, expires_at from access_grant
                            where client_id = ? limit ?)
                        """,
                        row -> row.getBoolean(1),
                        MAX_LOOKED_AT,
                        now,
                        clientId,
                        MAX_LOOKED_AT)
                .orElseThrow();
    }

    Optional<Grant> readVerified(ResultSet row) throws SQLException {
        Optional<Grant> grant = read(row);
        byte[] mac = row.getBytes("mac");
        return grant.filter(found -> vault.isRowMac(mac, found.row()));
    }

    /**
     * Ends the grant: its tokens are refused from the moment {@code tx} is durable, the wraps that
     * open its key are erased, listeners are told. False when it had ended before.
     */
    public boolean end(Tx tx, GrantId id, EndReason reason, Instant now) throws SQLException {
        if (!writeEnd(tx, id, reason, now)) return false;
        tx.afterCommit(() -> ends.announce(id));
        return true;
    }

    /** As {@link #end}, but listeners of this process are told by reading, as those of others. */
    static boolean writeEnd(Tx tx, GrantId id, EndReason reason, Instant now) throws SQLException {
        int changed =
                tx.update(
                        "update access_grant set ended_at = ?, end_reason = ?"
                                + " where id = ? and ended_at is null",
                        now,
                        reason.name(),
                        id.value());
        if (changed == 0) return false;
        tx.update("delete from access_token where grant_id = ?", id.value());
        tx.update("update authorization_code set wrap = null where grant_id = ?", id.value());
        tx.update(
                "update refresh_token set wrap = null, successor_seal = null where grant_id = ?",
                id.value());
        tx.update("insert into grant_end (grant_id, ended_at) values (?, ?)", id.value(), now);
        return true;
    }

    /** Ends all grants of a person; returns how many. */
    public int endAllOf(Tx tx, long personId, EndReason reason, Instant now) throws SQLException {
        List<GrantId> live =
                tx.all(
                        "select id from access_grant where person_id = ? and ended_at is null",
                        row -> new GrantId(row.getString(1)),
                        personId);
        for (GrantId id : live) end(tx, id, reason, now);
        return live.size();
    }

    /**
     * The grant's private key, opened with one of its live tokens.
     *
     * @throws CannotOpen the token is no longer one of the grant's, or its wrap was erased
     */
    public Secret privateKey(Token token, GrantId grant) throws CannotOpen {
        String table =
                switch (token.kind()) {
                    case CODE ->
                            "select wrap from authorization_code where grant_id = ? and lookup = ?";
                    case ACCESS -> "select wrap from access_token t" + Tokens.OF_ITS_GRANT;
                    case REFRESH -> "select wrap from refresh_token t" + Tokens.OF_ITS_GRANT;
                };
        byte[] wrap =
                database.read(tx ->
                                tx.first(
                                        table,
                                        row -> Optional.ofNullable(row.getBytes(1)),
                                        grant.value(),
                                        token.lookup().bytes()))
                        .flatMap(found -> found)
                        .orElseThrow(CannotOpen::new);
        return seal().unwrap(wrap, token, grant.value());
    }

    /** From now on {@code listener} is told of ends, see {@link GrantEnds#listen}. */
    public void listen(Consumer<GrantId> listener) {
        ends.listen(listener);
    }

    public GrantSeal seal() {
        return vault.grantSeal();
    }

    /** Empty when a writer to the database left what we never write. */
    static Optional<Grant> read(ResultSet row) throws SQLException {
        var person =
                new Person(
                        row.getLong("person_id"),
                        row.getString("issuer"),
                        row.getString("upstream_id"),
                        row.getString("login"));
        Optional<Scope> scope = Scope.parse(row.getString("scope"));
        if (scope.isEmpty() || !GrantId.isWellFormed(row.getString("id"))) return Optional.empty();
        return Optional.of(
                new Grant(
                        new GrantId(row.getString("id")),
                        person,
                        row.getString("client_id"),
                        row.getString("redirect_uri"),
                        scope.get(),
                        row.getString("resource"),
                        row.getBytes("public_key"),
                        Tx.instant(row, "grant_expires_at").orElseThrow(),
                        Tx.instant(row, "ended_at")));
    }
}
