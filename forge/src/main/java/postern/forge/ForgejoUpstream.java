package postern.forge;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.access.Caller;
import postern.access.GrantId;
import postern.access.UpstreamAccess;
import postern.access.UpstreamLease;
import postern.access.UpstreamRefused;
import postern.access.UpstreamUnavailable;
import postern.store.Database;
import postern.store.StoreUnavailable;
import postern.vault.Token;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;

/**
 * A Forgejo or Gitea instance: people sign in there ({@link CodeExchange}), and children act there
 * as them through the relay ({@link ForgejoLeases}). Puts together what the two share. Closing ends
 * requests under way.
 */
public final class ForgejoUpstream implements Upstream, UpstreamAccess, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ForgejoUpstream.class);

    private static final int REQUESTS_OF_A_SIGN_IN = 4;

    /** Beyond the request's own timeout, until its asker has noted what came of it. */
    private static final Duration NOTING = Duration.ofSeconds(2);

    /** Longer, and whoever stops this program may kill it before it has closed the rest. */
    private static final Duration LAST_PATIENCE = Duration.ofSeconds(5);

    private final ForgejoConfig config;
    private final Database database;
    private final ForgeHttp http;
    private final TokenSets sets;
    private final RecentSets recent;
    private final SignInsUnderWay signIns;
    private final Exchanges exchanges = new Exchanges(LAST_PATIENCE);
    private final Refresher refresher;
    private final Membership membership;
    private final SignInSets signInSets;
    private final CodeExchange codes;
    private final ForgejoLeases leases;

    public ForgejoUpstream(ForgejoConfig config, ForgejoMeans means) {
        InstantSource clock = means.clock();
        this.config = config;
        this.database = means.database();
        this.http = new ForgeHttp(config.apiUrl(), config.timeout());
        this.sets = new TokenSets(means.grants());
        this.recent = new RecentSets(means.ticker());
        this.signIns = new SignInsUnderWay(database, clock);
        var endpoint = new TokenEndpoint(http, config, clock);
        var client = new ClientRefusals(config.publicUrl(), means.ticker());
        var identity = new Identity(http, config);
        var turns = new PersonTurns(means.ticker());
        var keys = new KeyPreparation(database, means.grants(), sets, turns, clock);
        Duration oneRefresh = config.timeout().plus(NOTING);
        var refreshes = new RefreshesUnderWay(oneRefresh);
        this.refresher =
                new Refresher(
                        database, sets, keys, recent, refreshes, endpoint, client, turns, exchanges,
                        clock);
        var freshness =
                new Freshness(
                        database,
                        sets,
                        refreshes,
                        signIns,
                        refresher,
                        new SignOuts(database, means.grants(), sets, recent, clock),
                        clock,
                        new Patience(oneRefresh),
                        new Patience(config.timeout().multipliedBy(REQUESTS_OF_A_SIGN_IN)));
        this.membership =
                new Membership(
                        means.admissions(),
                        identity,
                        freshness,
                        sets,
                        recent,
                        database,
                        means.grants(),
                        clock,
                        means.ticker());
        this.signInSets = new SignInSets(issuer(), database, sets, recent, keys, turns, clock);
        this.codes = new CodeExchange(endpoint, client, identity, signIns, signInSets);
        this.leases = new ForgejoLeases(means, turns, freshness, membership);
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
        return AuthorizationRequest.uri(config, request);
    }

    /**
     * {@inheritDoc}
     *
     * <p>The new set is stored for grants that the person already has before this returns, whether
     * {@link #prepare} follows or not.
     */
    @Override
    public SignedIn finish(SignInAnswer answer, SignInRequest request)
            throws UpstreamRefused, UpstreamUnavailable {
        return exchanges.run(() -> codes.redeem(answer.code(), request));
    }

    @Override
    public PreparedSignIn prepare(SignedIn signedIn) {
        return signInSets.prepare(signedIn);
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
        return leases.lease(caller);
    }

    @Override
    public void goesOn(Token token) {
        leases.goesOn(token);
    }

    @Override
    public Set<GrantId> recheck() {
        return leases.recheck();
    }

    /** What the forge is asked for just now is stored first: its answer cannot be had twice. */
    @Override
    public void close() {
        exchanges.close();
        codes.close();
        try {
            refresher.saveAll();
        } catch (StoreUnavailable full) {
            LOG.atError().addKeyValue("reason", full.getMessage()).log("forge.set.not-saved");
        }
        http.close();
    }
}
