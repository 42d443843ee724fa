package postern.oauth.authorize;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.access.Grant;
import postern.access.GrantId;
import postern.access.Grants;
import postern.access.Person;
import postern.access.Scope;
import postern.access.Tokens;
import postern.forge.SignedIn;
import postern.forge.Upstream;
import postern.oauth.OAuthConfig;
import postern.oauth.client.Clients;
import postern.store.Database;
import postern.vault.GrantSeal.GrantKeyPair;
import postern.vault.Token;
import postern.vault.TokenKind;
import postern.vault.Vault;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Turns a finished sign-in into a grant and a code for it, in one database transaction. */
final class Issuance {
    private static final Logger LOG = LoggerFactory.getLogger(Issuance.class);

    private final OAuthConfig config;
    private final Database database;
    private final Grants grants;
    private final Tokens tokens;
    private final Clients clients;
    private final Upstream upstream;
    private final Vault vault;
    private final InstantSource clock;
    private final SecureRandom random;

    Issuance(
            OAuthConfig config,
            Database database,
            Grants grants,
            Tokens tokens,
            Clients clients,
            Upstream upstream,
            Vault vault,
            InstantSource clock,
            SecureRandom random) {
        this.config = config;
        this.database = database;
        this.grants = grants;
        this.tokens = tokens;
        this.clients = clients;
        this.upstream = upstream;
        this.vault = vault;
        this.clock = clock;
        this.random = random;
    }

    /** The code's text. */
    String issue(Transaction agreed, SignedIn signedIn) {
        Transaction transaction = agreed.narrowedTo(upstreamScope(signedIn));
        Instant now = clock.instant();
        GrantId id = GrantId.random(random);
        GrantKeyPair keys = grants.seal().newKeyPair();
        Token code = vault.mint(TokenKind.CODE);
        byte[] wrap = grants.seal().wrap(keys.privateKey(), code, id.value());
        keys.privateKey().close();
        Person person =
                database.write(tx -> {
                    Person found =
                            grants.person(
                                    tx,
                                    upstream.issuer(),
                                    signedIn.upstreamId(),
                                    signedIn.login(),
                                    now);
                    grants.create(tx, grant(transaction, id, found, keys, now), now);
                    upstream.keep(tx, signedIn, found, now);
                    // only now: before, anybody could have it kept for ever without signing in
                    clients.markUsed(tx, transaction.clientId(), now);
                    tokens.addCode(
                            tx,
                            new Tokens.Stored(code.lookup(), id, now.plus(config.codeLife()), wrap),
                            transaction.codeChallenge(),
                            transaction.redirectUri());
                    return found;
                });
        LOG.atInfo()
                .addKeyValue("grant", id)
                .addKeyValue("person", person.id())
                .addKeyValue("client", transaction.clientId())
                .addKeyValue("scope", transaction.scope())
                .log("oauth.grant.created");
        return code.text().useText(text -> text);
    }

    /**
     * What the upstream lets our tools do, where it says so: nobody may write who may only read
     * there.
     */
    private static Scope upstreamScope(SignedIn signedIn) {
        List<String> words =
                signedIn.tokens()
                        .map(tokens -> List.of(tokens.grantedScope().split(" ")))
                        .orElse(List.of());
        boolean reads = words.stream().anyMatch(word -> word.startsWith("read:"));
        boolean writes =
                words.stream().anyMatch(word -> word.startsWith("write:") || word.equals("all"));
        return reads && !writes ? Scope.READ_ONLY : Scope.FULL;
    }

    private Grant grant(
            Transaction transaction, GrantId id, Person person, GrantKeyPair keys, Instant now) {
        return new Grant(
                id,
                person,
                transaction.clientId(),
                transaction.registeredRedirectUri(),
                transaction.scope(),
                transaction.resource(),
                keys.publicKey(),
                now.plus(config.grantLife()),
                Optional.empty());
    }
}
