package postern.forge;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.access.AdmissionRule;
import postern.access.Admissions;
import postern.access.Caller;
import postern.access.Grant;
import postern.access.GrantId;
import postern.access.Grants;
import postern.access.Person;
import postern.access.Principal;
import postern.access.UpstreamAccess;
import postern.access.UpstreamLease;
import postern.access.UpstreamRefused;
import postern.access.UpstreamUnavailable;
import postern.core.Check;
import postern.core.Secret;
import postern.core.Ticker;
import postern.core.Undo;
import postern.forge.relay.Relay;
import postern.store.Database;
import postern.store.StoreUnavailable;
import postern.store.Tx;
import postern.vault.CannotOpen;
import postern.vault.Token;

import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A Forgejo or Gitea instance: people sign in there, and children act there as them through the
 * relay. Closing ends requests under way.
 */
public final class ForgejoUpstream implements Upstream, UpstreamAccess, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ForgejoUpstream.class);

    /** Forgejo keeps the whole URL in a cookie while the person signs in; long ones are dropped. */
    private static final Pattern STATE = Pattern.compile("[A-Za-z0-9._~-]{1,200}");

    private static final int REQUESTS_OF_A_SIGN_IN = 4;

    /** Beyond the request's own timeout, until its asker has noted what came of it. */
    private static final Duration NOTING = Duration.ofSeconds(2);

    /** Longer, and whoever stops this program may kill it before it has closed the rest. */
    private static final Duration LAST_PATIENCE = Duration.ofSeconds(5);

    private final ForgejoConfig config;
    private final Database database;
    private final Grants grants;
    private final Relay relay;
    private final InstantSource clock;
    private final ForgeHttp http;
    private final TokenEndpoint endpoint;
    private final Identity identity;
    private final TokenSets sets;
    private final RecentSets recent;
    private final SignInsUnderWay signIns;
    private final PersonTurns turns;
    private final KeyPreparation keys;
    private final Exchanges exchanges = new Exchanges(LAST_PATIENCE);
    private final LateSignIns late = new LateSignIns();
    private final ClientRefusals client;
    private final Refresher refresher;
    private final Freshness freshness;
    private final Admissions admissions;
    private final Membership membership;
    private final LiveLeases leases;

    /** As the longer constructor, where everybody may come in. */
    public ForgejoUpstream(
            ForgejoConfig config,
            Database database,
            Grants grants,
            Relay relay,
            InstantSource clock,
            Ticker ticker) {
        this(
                config,
                database,
                grants,
                relay,
                clock,
                ticker,
                new Admissions(AdmissionRule.EVERYBODY, ticker));
    }

    /**
     * @param relay started for the same forge; closed by its owner, after this
     * @param admissions whether people who have come in may go on; how they come in is up to {@link
     *     AdmittedUpstream}
     */
    public ForgejoUpstream(
            ForgejoConfig config,
            Database database,
            Grants grants,
            Relay relay,
            InstantSource clock,
            Ticker ticker,
            Admissions admissions) {
        this.config = config;
        this.database = database;
        this.grants = grants;
        this.relay = relay;
        this.clock = clock;
        this.http = new ForgeHttp(config.apiUrl(), config.timeout());
        this.endpoint = new TokenEndpoint(http, config, clock);
        this.identity = new Identity(http, config);
        this.sets = new TokenSets(grants);
        this.recent = new RecentSets(ticker);
        this.turns = new PersonTurns(ticker);
        this.keys = new KeyPreparation(database, grants, sets, turns, clock);
        this.signIns = new SignInsUnderWay(database, clock);
        this.client = new ClientRefusals(config.publicUrl(), ticker);
        Duration oneRefresh = config.timeout().plus(NOTING);
        var refreshes = new RefreshesUnderWay(oneRefresh);
        this.refresher =
                new Refresher(
                        database, sets, keys, recent, refreshes, endpoint, client, turns, exchanges,
                        clock);
        this.freshness =
                new Freshness(
                        database,
                        sets,
                        refreshes,
                        signIns,
                        refresher,
                        new SignOuts(database, grants, sets, recent, clock),
                        clock,
                        new Patience(oneRefresh),
                        new Patience(config.timeout().multipliedBy(REQUESTS_OF_A_SIGN_IN)));
        this.admissions = admissions;
        this.membership =
                new Membership(
                        admissions,
                        identity,
                        freshness,
                        sets,
                        recent,
                        database,
                        grants,
                        clock,
                        ticker);
        this.leases = new LiveLeases(admissions);
    }

    /** The public URL without a slash at the end, whatever the instance calls itself. */
    @Override
    public String issuer() {
        return config.publicUrl().toString();
    }

    @Override
    public String displayName() {
        return "Forgejo at " + config.publicUrl().getAuthority();
    }

    @Override
    public Optional<String> signInSources() {
        URI url = config.publicUrl();
        return Optional.of(url.getScheme() + "://" + url.getRawAuthority());
    }

    @Override
    public URI signInUri(SignInRequest request) {
        Check.that(
                STATE.matcher(request.state()).matches(), "state", "must be short and unreserved");
        return URI.create(
                config.publicUrl()
                        + "/login/oauth/authorize?response_type=code&client_id="
                        + ForgeHttp.encode(config.clientId())
                        + "&redirect_uri="
                        + ForgeHttp.encode(config.callback().toString())
                        + "&scope="
                        + ForgeHttp.encode(config.scopes()).replace("+", "%20")
                        + "&state="
                        + request.state()
                        + "&code_challenge="
                        + request.codeVerifier().use(ForgejoUpstream::challenge)
                        + "&code_challenge_method=S256");
    }

    /** RFC 7636 section 4.2. */
    private static String challenge(byte[] verifier) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(verifier);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("SHA-256 is missing", impossible);
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>Forgejo spends the person's stored refresh token with this exchange. So the new set is
     * stored for grants that the person already has before this returns, whether {@link #prepare}
     * follows or not.
     */
    @Override
    public SignedIn finish(SignInAnswer answer, SignInRequest request)
            throws UpstreamRefused, UpstreamUnavailable {
        return exchanges.run(() -> exchange(answer.code(), request));
    }

    private SignedIn exchange(String code, SignInRequest request)
            throws UpstreamRefused, UpstreamUnavailable {
        try (var undo = new Undo()) {
            var underWay = undo.own(signIns.begin());
            TokenSet bare = redeem(code, request.codeVerifier());
            try {
                return named(bare, underWay);
            } catch (UpstreamUnavailable later) {
                if (late.takeOver(underWay, () -> named(bare, underWay))) undo.release();
                throw later;
            }
        }
    }

    private SignedIn named(TokenSet bare, SignInsUnderWay.SignIn underWay)
            throws UpstreamRefused, UpstreamUnavailable {
        Identity.Who who = identity.userinfo(bare.accessToken());
        TokenSet tokens = bare.withScope(identity.grantedScope(bare.accessToken()));
        keepForKnown(who, tokens, underWay);
        return new SignedIn(who.upstreamId(), who.login(), who.groups(), Optional.of(tokens));
    }

    private TokenSet redeem(String code, Secret codeVerifier)
            throws UpstreamRefused, UpstreamUnavailable {
        return switch (endpoint.redeem(code, codeVerifier)) {
            case TokenAnswer.Fresh(TokenSet tokens) -> {
                client.accepted();
                yield tokens;
            }
            case TokenAnswer.Refused no ->
                    throw new UpstreamRefused("code refused: " + no.detail());
            case TokenAnswer.CounterRace() ->
                    throw new UpstreamRefused("code refused: counter race");
            case TokenAnswer.NoAnswer(String detail, Throwable cause) -> {
                LOG.atWarn().addKeyValue("reason", detail).log("forge.sign-in.unanswered");
                throw new UpstreamUnavailable(detail, cause);
            }
            case TokenAnswer.Misconfigured(String detail) -> {
                client.refused(detail);
                throw new UpstreamUnavailable("our client is refused: " + detail, null);
            }
        };
    }

    private void keepForKnown(Identity.Who who, TokenSet tokens, SignInsUnderWay.SignIn underWay) {
        Instant now = clock.instant();
        try (PreparedKeys prepared = keys.prepare(issuer(), who.upstreamId())) {
            database.write(tx -> {
                underWay.stored(tx);
                Optional<Person> known = known(tx, who);
                return known.isPresent() && keep(tx, known.get(), tokens, prepared, now);
            });
        } catch (StoreUnavailable full) {
            Optional<Person> known = database.read(tx -> known(tx, who));
            if (known.isPresent()) {
                try (PersonTurns.Turn turn = turns.join(known.get())) {
                    turn.keep(tokens);
                }
            }
            throw full;
        }
    }

    private Optional<Person> known(Tx tx, Identity.Who who) throws SQLException {
        return sets.personOf(tx, issuer(), who.upstreamId())
                .map(id -> new Person(id, issuer(), who.upstreamId(), who.login()));
    }

    @Override
    public PreparedSignIn prepare(SignedIn signedIn) {
        return new Prepared(
                signedIn.tokens().orElseThrow(), keys.prepare(issuer(), signedIn.upstreamId()));
    }

    private final class Prepared implements PreparedSignIn {
        private final TokenSet tokens;
        private final PreparedKeys prepared;

        Prepared(TokenSet tokens, PreparedKeys prepared) {
            this.tokens = tokens;
            this.prepared = prepared;
        }

        @Override
        public void keep(Tx tx, Person person, Instant now) throws SQLException {
            ForgejoUpstream.this.keep(tx, person, tokens, prepared, now);
        }

        @Override
        public void close() {
            prepared.close();
        }
    }

    /**
     * A set that was overtaken gives way to the one that overtook it, for the new grant as well.
     */
    private boolean keep(Tx tx, Person person, TokenSet tokens, PreparedKeys prepared, Instant now)
            throws SQLException {
        if (sets.write(tx, person, tokens, prepared, now)) {
            tx.afterCommit(() -> recent.put(person.id(), tokens));
            return true;
        }
        Optional<TokenSet> newest = recent.get(person.id());
        if (newest.isPresent() && sets.write(tx, person, newest.get(), prepared, now)) return true;
        LOG.atWarn().addKeyValue("person", person.id()).log("forge.sign-in.overtaken");
        return false;
    }

    @Override
    public boolean isExchanging() {
        return exchanges.isBusy();
    }

    @Override
    public Optional<ScopeGap> scopeGap(SignedIn signedIn) {
        return signedIn.tokens()
                .map(TokenSet::grantedScope)
                .filter(told -> !told.isEmpty())
                .map(granted -> ScopeGap.between(config.scopes(), granted))
                .filter(gap -> !gap.isNone());
    }

    @Override
    public void forget(Instant now) {
        refresher.saveAll();
        signIns.purge(now);
        for (long personId : database.read(tx -> sets.withoutGrant(tx, now))) {
            boolean deleted = database.write(tx -> sets.deleteUnlessLive(tx, personId, now));
            if (deleted) recent.forget(personId);
        }
        recent.forgetOld();
        membership.forgetOld();
    }

    @Override
    public UpstreamLease lease(Caller caller) throws UpstreamRefused, UpstreamUnavailable {
        Principal principal = caller.principal();
        try (var undo = new Undo()) {
            LeaseKeys keys = undo.own(keys(caller.token(), principal.person(), principal.grant()));
            OpenedSet first = membership.checked(keys, freshness.first(keys));
            var lease =
                    ForgejoLease.open(
                            freshness,
                            membership,
                            keys,
                            principal.scope().isReadOnly(),
                            first,
                            relay,
                            leases::remove);
            undo.release();
            leases.add(lease);
            return lease;
        } catch (CannotOpen notItsToken) {
            throw new UpstreamRefused("the token no longer opens the grant");
        }
    }

    private LeaseKeys keys(Token token, Person person, GrantId grant) throws CannotOpen {
        Secret privateKey = grants.privateKey(token, grant);
        return new LeaseKeys(person, grant, privateKey, turns.join(person));
    }

    @Override
    public void goesOn(Token token) {
        Instant now = clock.instant();
        Optional<Grant> grant =
                database.read(tx -> grants.find(tx, new GrantId(token.grantId().orElseThrow())))
                        .filter(one -> one.isLive(now));
        if (grant.isEmpty()) return;
        Person person = grant.get().person();
        if (!admissions.isDue(person, Instant.MIN)) return;
        try (LeaseKeys keys = keys(token, person, grant.get().id())) {
            membership.checked(keys, freshness.first(keys));
        } catch (CannotOpen | UpstreamRefused | UpstreamUnavailable told) {
            // a refusal has ended the grant; whoever asks next sees what is left of it
            LOG.atDebug().addKeyValue("reason", told.getMessage()).log("forge.check.not-passed");
        }
    }

    @Override
    public Set<GrantId> recheck() {
        return leases.recheck();
    }

    /** What the forge is asked for just now is stored first: its answer cannot be had twice. */
    @Override
    public void close() {
        exchanges.close();
        late.close();
        try {
            refresher.saveAll();
        } catch (StoreUnavailable full) {
            LOG.atError().addKeyValue("reason", full.getMessage()).log("forge.set.not-saved");
        }
        http.close();
    }
}
