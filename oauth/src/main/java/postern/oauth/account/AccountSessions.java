package postern.oauth.account;

import postern.http.Cookies;
import postern.http.Request;
import postern.http.Response;
import postern.store.Tx;
import postern.vault.Purpose;
import postern.vault.Vault;

import java.net.URI;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Browsers in which somebody is signed in: known by a cookie of their own, for 12 hours. The cookie
 * is good for our pages only; it is no bearer token and opens nothing that is sealed.
 */
public final class AccountSessions {
    /** Absolute: use does not extend it. */
    static final Duration LIFE = Duration.ofHours(12);

    static final int MAX_PER_PERSON = 10;
    private static final int MAX_FORGOTTEN = 200;
    private static final Duration USE_STEP = Duration.ofMinutes(1);

    private final Vault vault;
    private final Cookies cookies;
    private final SecureRandom random;

    public AccountSessions(Vault vault, URI publicUrl, SecureRandom random) {
        this.vault = vault;
        this.cookies = new Cookies(publicUrl, "postern-account");
        this.random = random;
    }

    /** The live session of the browser that sent {@code request}. */
    public Optional<AccountSession> find(Tx tx, Request request, Instant now) throws SQLException {
        Optional<String> id = cookies.read(request);
        if (id.isEmpty()) return Optional.empty();
        return tx.first(
                        "select id_hash, person_id, created_at, last_used_at, expires_at, mac"
                                + " from account_session where id_hash = ? and expires_at > ?",
                        row -> read(id.get(), row),
                        hash(id.get()),
                        now)
                .flatMap(session -> session);
    }

    private Optional<AccountSession> read(String id, ResultSet row) throws SQLException {
        if (!isUntouched(row)) return Optional.empty();
        Instant lastUsed = Tx.instant(row, "last_used_at").orElseThrow();
        return Optional.of(
                new AccountSession(
                        id, row.getBytes("id_hash"), row.getLong("person_id"), lastUsed));
    }

    private boolean isUntouched(ResultSet row) throws SQLException {
        Purpose columns =
                row(
                        row.getBytes("id_hash"),
                        row.getLong("person_id"),
                        Tx.instant(row, "created_at").orElseThrow(),
                        Tx.instant(row, "expires_at").orElseThrow());
        return vault.isRowMac(row.getBytes("mac"), columns);
    }

    /**
     * Who is signed in at the browser that sent {@code request}. Two sign-ins may end at once
     * there: the cookie of the second is over as soon as the first has ended, and its answer is
     * still on the way. So a browser without a session counts as signed in as who came last.
     *
     * @param browser what is stored of its mark
     */
    public Optional<Long> personAt(Tx tx, Request request, Optional<byte[]> browser, Instant now)
            throws SQLException {
        Optional<Long> known = find(tx, request, now).map(AccountSession::personId);
        if (known.isPresent() || browser.isEmpty()) return known;
        return tx.first(
                        "select id_hash, person_id, created_at, expires_at, mac"
                                + " from account_session where browser_hash = ?"
                                + " and expires_at > ? order by created_at desc limit 1",
                        row ->
                                isUntouched(row)
                                        ? Optional.of(row.getLong("person_id"))
                                        : Optional.<Long>empty(),
                        browser.get(),
                        now)
                .flatMap(person -> person);
    }

    /** A new id for a cookie: 256 random bits. */
    public String newId() {
        var bytes = new byte[32];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * Begins a session after a sign-in, always under an id that no browser has had before. What the
     * browser that sent {@code request} had before is over, and so is whoever else was signed in
     * there. Beyond {@link #MAX_PER_PERSON} the oldest makes room.
     *
     * @param id from {@link #newId}
     * @param browser what is stored of its mark
     */
    public void begin(
            Tx tx, String id, long personId, Request request, Optional<byte[]> browser, Instant now)
            throws SQLException {
        Optional<AccountSession> former = find(tx, request, now);
        if (former.isPresent()) end(tx, former.get());
        if (browser.isPresent()) {
            tx.update(
                    "delete from account_session where browser_hash = ? and person_id <> ?",
                    browser.get(),
                    personId);
        }
        byte[] idHash = hash(id);
        Instant expires = now.plus(LIFE);
        tx.update(
                """
                delete from account_session where id_hash in
                (select id_hash from account_session where person_id = ?
                    order by created_at desc limit -1 offset ?)
                """,
                personId,
                MAX_PER_PERSON - 1);
        tx.update(
                """
                insert into account_session (id_hash, person_id, created_at, last_used_at,
                    expires_at, browser_hash, mac) values (?, ?, ?, ?, ?, ?, ?)
                """,
                idHash,
                personId,
                now,
                now,
                expires,
                browser.orElse(null),
                vault.rowMac(row(idHash, personId, now, expires)));
    }

    /** Notes that it is in use, when the last note is older than a minute. */
    boolean isNoteDue(AccountSession session, Instant now) {
        return session.lastUsed().plus(USE_STEP).isBefore(now);
    }

    void note(Tx tx, AccountSession session, Instant now) throws SQLException {
        tx.update(
                "update account_session set last_used_at = ? where id_hash = ?",
                now,
                session.idHash());
    }

    /** Signs the browser out, of sessions as well whose cookie never reached it. */
    void end(Tx tx, AccountSession session) throws SQLException {
        tx.update(
                """
                delete from account_session where id_hash = ?1 or browser_hash =
                    (select browser_hash from account_session where id_hash = ?1)
                """,
                (Object) session.idHash());
    }

    /** Signs a person out of all browsers; returns of how many. */
    public int endAllOf(Tx tx, long personId) throws SQLException {
        return tx.update("delete from account_session where person_id = ?", personId);
    }

    /** Forgets some that are over, few enough that no other writer waits long; true: maybe more. */
    boolean forgetExpired(Tx tx, Instant now) throws SQLException {
        int gone =
                tx.update(
                        """
                        delete from account_session where id_hash in (
                            select id_hash from account_session where expires_at <= ? limit ?)
                        """,
                        now,
                        MAX_FORGOTTEN);
        return gone == MAX_FORGOTTEN;
    }

    /** Gives the browser its cookie. */
    public Response remember(Response response, String id) {
        return response.with("Set-Cookie", cookies.set(id, LIFE));
    }

    Response forget(Response response) {
        return response.with("Set-Cookie", cookies.clear());
    }

    private byte[] hash(String id) {
        return vault.keyedHash("account-session", id);
    }

    private static Purpose row(byte[] idHash, long person, Instant created, Instant expires) {
        return Purpose.of(
                "account_session",
                HexFormat.of().formatHex(idHash),
                Long.toString(person),
                Long.toString(created.toEpochMilli()),
                Long.toString(expires.toEpochMilli()));
    }
}
