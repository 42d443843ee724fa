package postern.access;

import postern.core.Secret;
import postern.store.Database;
import postern.vault.GrantSeal.GrantKeyPair;
import postern.vault.MasterKeys;
import postern.vault.Token;
import postern.vault.Vault;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The real room on a database of its own, with a clock that stands until it is moved. */
final class TestAccess implements AutoCloseable {
    static final String RESOURCE = "https://gate.example/mcp";
    static final Duration GRACE = Duration.ofMinutes(2);
    private static final byte[] WRAP = {1, 2, 3};
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Secret KEY = Secret.ofUtf8("A".repeat(42) + "E=");

    Instant now = Instant.parse("2026-01-01T00:00:00.000123456Z");
    final Database database;
    final Vault vault;
    final GrantEnds ends;
    final Grants grants;
    final Tokens tokens = new Tokens();
    final TokenCheck check;
    final Purge purge;

    /** A grant with one token of each kind. */
    record Issued(Grant grant, Token code, Token access, Token refresh) {
        String bearer() {
            return access.text().useText(text -> text);
        }
    }

    TestAccess(Path folder) throws Exception {
        database = Database.open(folder.resolve("postern.db"));
        vault = Vault.open(database, MasterKeys.parse(KEY), RANDOM);
        ends = new GrantEnds(database);
        grants = new Grants(database, vault, ends);
        check = new TokenCheck(database, vault, () -> now);
        purge = new Purge(database, GRACE);
    }

    Person person(String upstreamId) {
        return database.write(
                tx -> grants.person(tx, "https://forge.example", upstreamId, "name", now));
    }

    Issued issue(Person person, Scope scope, Scope tokenScope) {
        GrantKeyPair pair = grants.seal().newKeyPair();
        var grant =
                new Grant(
                        GrantId.random(RANDOM),
                        person,
                        "client",
                        "http://127.0.0.1/cb",
                        scope,
                        RESOURCE,
                        pair.publicKey(),
                        now.plus(Duration.ofDays(90)),
                        Optional.empty());
        var issued =
                new Issued(
                        grant,
                        vault.mintCode(),
                        vault.mintAccess(grant.id().value()),
                        vault.mintRefresh(grant.id().value()));
        database.write(tx -> {
            grants.create(tx, grant, now);
            var code = stored(issued.code, issued, pair.privateKey(), Duration.ofMinutes(1));
            tokens.addCode(tx, code, "challenge", "http://127.0.0.1:5000/cb");
            var access = stored(issued.access, issued, pair.privateKey(), Duration.ofHours(1));
            tokens.addAccess(tx, access, grant, tokenScope);
            tokens.addRefresh(
                    tx,
                    stored(issued.refresh, issued, pair.privateKey(), Duration.ofDays(30)),
                    grant);
            return null;
        });
        return issued;
    }

    Issued issue() {
        return issue(person("1"), Scope.FULL, Scope.FULL);
    }

    /** What takes the place of {@code current}, or empty when it was retired before. */
    Optional<Token> rotate(Grant grant, Token current) {
        Token access = vault.mintAccess(grant.id().value());
        Token next = vault.mintRefresh(grant.id().value());
        Tokens.AccessRow accessRow =
                Tokens.AccessRow.of(
                        new Tokens.Stored(
                                access.lookup(), grant.id(), now.plus(Duration.ofHours(1)), WRAP),
                        grant,
                        Scope.FULL);
        Tokens.RefreshRow refreshRow =
                Tokens.RefreshRow.of(
                        new Tokens.Stored(
                                next.lookup(), grant.id(), now.plus(Duration.ofDays(30)), WRAP),
                        grant);
        boolean rotated =
                database.write(tx ->
                        tokens.rotate(
                                tx,
                                current,
                                tokens.findRefresh(tx, current).orElseThrow(),
                                Optional.of(WRAP),
                                accessRow,
                                refreshRow,
                                now));
        return rotated ? Optional.of(next) : Optional.empty();
    }

    private Tokens.Stored stored(Token token, Issued issued, Secret key, Duration life) {
        GrantId id = issued.grant.id();
        byte[] wrap = grants.seal().wrap(key, token, id.value());
        return new Tokens.Stored(token.lookup(), id, now.plus(life), wrap);
    }

    Optional<Caller> check(Issued issued) {
        return check.check(issued.bearer(), RESOURCE);
    }

    boolean end(Issued issued) {
        return database.write(
                tx -> grants.end(tx, issued.grant.id(), EndReason.REVOKED_BY_PERSON, now));
    }

    /** What a writer to the database does. */
    void plant(String sql, Object... values) {
        database.write(tx -> {
            if (tx.update(sql, values) == 0) throw new AssertionError("nothing changed: " + sql);
            return null;
        });
    }

    long rows(String table) {
        return database.read(tx -> tx.first("select count(*) from " + table, row -> row.getLong(1)))
                .orElseThrow();
    }

    @Override
    public void close() {
        ends.close();
        database.close();
    }
}
