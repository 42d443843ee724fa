package postern.oauth.authorize;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.access.EndReason;
import postern.access.Grant;
import postern.access.GrantId;
import postern.access.Grants;
import postern.access.Person;
import postern.access.Scope;
import postern.access.Tokens;
import postern.forge.PreparedSignIn;
import postern.forge.ScopeGap;
import postern.forge.SignedIn;
import postern.forge.Upstream;
import postern.http.Request;
import postern.oauth.OAuthConfig;
import postern.oauth.account.Account;
import postern.oauth.client.Clients;
import postern.store.Database;
import postern.store.Tx;
import postern.vault.GrantSeal.GrantKeyPair;
import postern.vault.Token;
import postern.vault.Vault;

import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Turns a finished sign-in into a grant, in one database transaction with the upstream's tokens:
 * the upstream has retired the former ones by then. The client gets a code for it at once, or,
 * where the person has to be asked once more, the page of that question gets a ticket that keeps
 * the grant's key until the answer.
 */
final class Issuance {
    /** How long the second page may stand. */
    static final Duration REVIEW_LIFE = Duration.ofMinutes(10);

    /**
     * Marks the row of a ticket: no S256 challenge has this shape, so no verifier can redeem it.
     */
    static final String TICKET_CHALLENGE = "ticket";

    private static final Logger LOG = LoggerFactory.getLogger(Issuance.class);

    private final OAuthConfig config;
    private final Database database;
    private final Grants grants;
    private final Tokens tokens;
    private final Clients clients;
    private final Transactions transactions;
    private final Account account;
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
            Transactions transactions,
            Account account,
            Upstream upstream,
            Vault vault,
            InstantSource clock,
            SecureRandom random) {
        this.config = config;
        this.database = database;
        this.grants = grants;
        this.tokens = tokens;
        this.clients = clients;
        this.transactions = transactions;
        this.account = account;
        this.upstream = upstream;
        this.vault = vault;
        this.clock = clock;
        this.random = random;
    }

    /** What the browser is answered. */
    sealed interface Outcome {
        /**
         * @param session id of the browser's new account session
         */
        record Issued(String code, String session) implements Outcome {}

        record Asked(Review review, String ticket) implements Outcome {}

        /** The browser was sent to the upstream once more; only that trip leads anywhere. */
        record Superseded() implements Outcome {}

        /** The client lost its place in the table of clients in the meantime. */
        record ClientGone() implements Outcome {}
    }

    /**
     * @param request of the browser that came back
     */
    Outcome issue(Transaction agreed, SignedIn signedIn, Request request) {
        Scope limit = upstreamScope(signedIn);
        Scope granted = limit.covers(agreed.scope()) ? agreed.scope() : limit;
        Instant now = clock.instant();
        GrantId id = GrantId.random(random);
        GrantKeyPair keys = grants.seal().newKeyPair();
        Token token = vault.mintCode();
        byte[] wrap = grants.seal().wrap(keys.privateKey(), token, id.value());
        keys.privateKey().close();
        String text = token.text().useText(secret -> secret);
        String session = account.sessions().newId();
        try (PreparedSignIn prepared = upstream.prepare(signedIn)) {
            return database.write(tx -> {
                Person person =
                        grants.person(
                                tx,
                                upstream.issuer(),
                                signedIn.upstreamId(),
                                signedIn.login(),
                                now);
                if (!transactions.isCurrent(tx, agreed)) {
                    keepForOthers(tx, prepared, person, now);
                    return new Outcome.Superseded();
                }
                // only now: before, anybody could have it kept without signing in
                if (!clients.markUsed(tx, agreed.clientId(), now)) {
                    transactions.finish(tx, agreed);
                    keepForOthers(tx, prepared, person, now);
                    return new Outcome.ClientGone();
                }
                grants.create(tx, grant(agreed, granted, id, person, keys, now), now);
                prepared.keep(tx, person, now);
                var review =
                        review(
                                tx,
                                agreed,
                                granted,
                                person,
                                upstream.scopeGap(signedIn),
                                before(tx, request, now));
                Instant end = now.plus(review.isNeeded() ? REVIEW_LIFE : config.codeLife());
                tokens.addCode(
                        tx,
                        new Tokens.Stored(token.lookup(), id, end, wrap),
                        review.isNeeded() ? TICKET_CHALLENGE : agreed.codeChallenge(),
                        agreed.redirectUri());
                tx.afterCommit(() -> log(id, person, agreed, granted, review.isNeeded()));
                if (review.isNeeded()) {
                    transactions.review(tx, agreed, id, end);
                    return new Outcome.Asked(review, text);
                }
                transactions.issued(tx, agreed, id);
                signedIn(tx, agreed, person.id(), request, session, now);
                return new Outcome.Issued(text, session);
            });
        }
    }

    /** The upstream has retired the former tokens, so the person's other grants need these. */
    private void keepForOthers(Tx tx, PreparedSignIn prepared, Person person, Instant now)
            throws SQLException {
        if (grants.liveGrantsOf(tx, person.id(), now).isEmpty()) return;
        prepared.keep(tx, person, now);
    }

    private static void log(
            GrantId id, Person person, Transaction agreed, Scope granted, boolean asked) {
        LOG.atInfo()
                .addKeyValue("grant", id)
                .addKeyValue("person", person.id())
                .addKeyValue("client", agreed.clientId())
                .addKeyValue("scope", granted)
                .addKeyValue("asked-again", asked)
                .log("oauth.grant.created");
    }

    /** Who was signed in at the browser so far. */
    private Optional<Long> before(Tx tx, Request request, Instant now) throws SQLException {
        return account.sessions().personAt(tx, request, account.browsers().hashOf(request), now);
    }

    private Review review(
            Tx tx,
            Transaction agreed,
            Scope granted,
            Person person,
            Optional<ScopeGap> gap,
            Optional<Long> before)
            throws SQLException {
        Optional<Long> other = before.filter(one -> one != person.id());
        Optional<String> former =
                other.isEmpty()
                        ? Optional.empty()
                        : grants.person(tx, other.get()).map(Person::login);
        boolean unasked =
                agreed.approvedFor().isPresent()
                        && (agreed.approvedFor().get() != person.id()
                                || !account.approvals().covers(tx, agreed.approvalOf(person.id())));
        return new Review(person, former, agreed.scope(), granted, gap, unasked);
    }

    /** The browser is this person's from now on, and what the person wants remembered is. */
    void signedIn(
            Tx tx, Transaction agreed, long person, Request request, String session, Instant now)
            throws SQLException {
        account.sessions()
                .begin(tx, session, person, request, account.browsers().hashOf(request), now);
        var approval = agreed.approvalOf(person);
        if (agreed.remember()) {
            account.approvals().remember(tx, GrantId.random(random).value(), approval, now);
        } else if (agreed.approvedFor().isPresent()) {
            account.approvals().used(tx, approval, now);
        } else {
            // the person was asked, and this is the last answer
            account.approvals().forget(tx, approval);
        }
    }

    /** Ends the grants of second pages that were left without an answer. */
    void endUnanswered(Instant now) {
        List<GrantId> ended;
        do {
            ended =
                    database.write(tx -> {
                        List<GrantId> unanswered = transactions.takeUnanswered(tx, now);
                        for (GrantId grant : unanswered) {
                            grants.end(tx, grant, EndReason.NOT_CONFIRMED, now);
                        }
                        return unanswered;
                    });
        } while (!ended.isEmpty());
    }

    /** Forgets transactions that nobody finished in time, in small transactions. */
    void forgetExpired(Instant now) {
        database.writeInSteps(tx -> transactions.forgetExpired(tx, now));
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
            Transaction agreed,
            Scope granted,
            GrantId id,
            Person person,
            GrantKeyPair keys,
            Instant now) {
        return new Grant(
                id,
                person,
                agreed.clientId(),
                agreed.registeredRedirectUri(),
                granted,
                agreed.resource(),
                keys.publicKey(),
                now.plus(config.grantLife()),
                Optional.empty());
    }
}
