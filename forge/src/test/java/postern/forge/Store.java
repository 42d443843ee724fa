package postern.forge;

import postern.access.Caller;
import postern.access.Grant;
import postern.access.GrantEnds;
import postern.access.GrantId;
import postern.access.Grants;
import postern.access.Person;
import postern.access.Principal;
import postern.access.Scope;
import postern.access.Tokens;
import postern.core.Secret;
import postern.store.Database;
import postern.store.Tx;
import postern.store.Work;
import postern.vault.GrantSeal;
import postern.vault.MasterKeys;
import postern.vault.Token;
import postern.vault.Vault;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/** A real database in a scratch folder with what rooms below this one make of it. */
public final class Store implements AutoCloseable {
    private static final String NO_STATEMENT = "no statement says this";

    public final HandClock clock = new HandClock();
    public final SecureRandom random;
    public final Database database;
    public final Vault vault;
    public final GrantEnds ends;
    public final Grants grants;
    private final Tokens tokens = new Tokens();
    private volatile String refusedStatement = NO_STATEMENT;
    private volatile String heldStatement = NO_STATEMENT;
    private volatile Gate gate = new Gate();

    public Store(Path folder) throws Exception {
        this(folder, new SecureRandom());
    }

    Store(Path folder, SecureRandom random) throws Exception {
        this.random = random;
        database = Database.open(folder.resolve("postern.db"), this::before);
        var key = new byte[32];
        random.nextBytes(key);
        String text = Base64.getEncoder().encodeToString(key);
        vault = Vault.open(database, MasterKeys.parse(Secret.ofUtf8(text)), random);
        ends = new GrantEnds(database);
        grants = new Grants(database, vault, ends);
    }

    private void before(String statement) throws SQLException {
        if (statement.contains(heldStatement)) gate.pass();
        if (statement.contains(refusedStatement)) {
            throw new SQLException("database or disk is full (by order)");
        }
    }

    /** Until {@link #refuseNothing}, writes whose text contains this fail as on a full disk. */
    void refuse(String part) {
        refusedStatement = part;
    }

    /** The writer waits before the next statement whose text contains this. */
    Gate hold(String part) {
        gate = new Gate();
        heldStatement = part;
        return gate;
    }

    void refuseNothing() {
        refusedStatement = NO_STATEMENT;
    }

    /**
     * Makes a person and a grant, stores what the sign-in brought, and returns who presents its
     * token.
     */
    public Caller grant(Upstream upstream, SignedIn signedIn, Scope scope) {
        try (PreparedSignIn prepared = upstream.prepare(signedIn)) {
            return database.write(tx -> {
                Person person =
                        grants.person(
                                tx,
                                upstream.issuer(),
                                signedIn.upstreamId(),
                                signedIn.login(),
                                clock.instant());
                Caller caller = grant(tx, person, scope);
                prepared.keep(tx, person, clock.instant());
                return caller;
            });
        }
    }

    /** A grant that nothing is sealed to yet. */
    Caller grant(Tx tx, Person person, Scope scope) throws SQLException {
        GrantSeal.GrantKeyPair pair = grants.seal().newKeyPair();
        GrantId id = GrantId.random(random);
        Token token = vault.mintAccess(id.value());
        var grant =
                new Grant(
                        id,
                        person,
                        "client",
                        "http://127.0.0.1/cb",
                        scope,
                        "http://127.0.0.1/mcp",
                        pair.publicKey(),
                        clock.instant().plus(Duration.ofDays(30)),
                        Optional.empty());
        grants.create(tx, grant, clock.instant());
        byte[] wrap = grants.seal().wrap(pair.privateKey(), token, grant.id().value());
        tokens.addAccess(
                tx,
                new Tokens.Stored(token.lookup(), grant.id(), grant.expiresAt(), wrap),
                grant,
                scope);
        return new Caller(
                new Principal(grant.id(), person, grant.clientId(), scope, grant.resource()),
                token);
    }

    public boolean isLive(Caller caller) {
        return read(tx -> grants.find(tx, caller.principal().grant()))
                .orElseThrow()
                .isLive(clock.instant());
    }

    /** As stored; empty while it is live. */
    public String endReason(Caller caller) {
        return read(tx ->
                        tx.first(
                                "select coalesce(end_reason, '') from access_grant where id = ?",
                                row -> row.getString(1),
                                caller.principal().grant().value()))
                .orElseThrow();
    }

    public <T> T read(Work<T> work) {
        return database.read(work);
    }

    @Override
    public void close() {
        ends.close();
        database.close();
    }
}
