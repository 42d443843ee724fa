package postern.oauth.authorize;

import postern.access.Grants;
import postern.access.LiveSessions;
import postern.access.Tokens;
import postern.core.Ticker;
import postern.forge.Upstream;
import postern.http.Cookies;
import postern.http.PageKit;
import postern.http.Routes;
import postern.oauth.OAuthConfig;
import postern.oauth.account.Account;
import postern.oauth.client.Clients;
import postern.store.Database;
import postern.vault.Vault;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** The door of this room: adds its routes. */
public final class Authorization {
    private final AuthorizeRoom room;

    public Authorization(
            OAuthConfig config,
            Database database,
            Vault vault,
            Grants grants,
            Tokens tokens,
            Clients clients,
            Upstream upstream,
            Cookies cookies,
            PageKit pageKit,
            InstantSource clock,
            Ticker ticker,
            SecureRandom random) {
        this(
                config,
                AuthorizeChecks.standard(),
                database,
                vault,
                grants,
                tokens,
                clients,
                upstream,
                cookies,
                pageKit,
                clock,
                ticker,
                random);
    }

    Authorization(
            OAuthConfig config,
            AuthorizeChecks checks,
            Database database,
            Vault vault,
            Grants grants,
            Tokens tokens,
            Clients clients,
            Upstream upstream,
            Cookies cookies,
            PageKit pageKit,
            InstantSource clock,
            Ticker ticker,
            SecureRandom random) {
        Optional<String> signInSources =
                upstream.signInSources()
                        .filter(sources -> !sources.equals(config.issuer().toString()));
        var account =
                new Account(
                        config,
                        database,
                        vault,
                        grants,
                        clients,
                        upstream,
                        cookies,
                        pageKit,
                        clock,
                        random,
                        signInSources);
        var transactions = new Transactions(vault);
        var issuance =
                new Issuance(
                        config,
                        database,
                        grants,
                        tokens,
                        clients,
                        transactions,
                        account,
                        upstream,
                        vault,
                        clock,
                        random);
        room =
                new AuthorizeRoom(
                        config,
                        checks,
                        database,
                        clients,
                        transactions,
                        account,
                        grants,
                        tokens,
                        upstream,
                        issuance,
                        vault,
                        clock,
                        ticker,
                        new Pages(pageKit),
                        new ConsentPage(
                                pageKit, upstream.displayName(), signInSources, config.grantLife()),
                        new ReviewPage(pageKit, upstream.displayName()),
                        new ClientRedirect(config));
    }

    /**
     * Adds the routes of this room and of the account page, which shares the callback.
     *
     * @param live what the account page shows as running
     */
    public void addTo(Routes.Builder routes, LiveSessions live) {
        room.addTo(routes);
        room.account().addTo(routes, live, room.ticker());
    }

    /** Ends grants of second pages that nobody answered, and forgets what is over. */
    public void forget(Instant now) {
        room.issuance().endUnanswered(now);
        room.issuance().forgetExpired(now);
        room.account().purge(now);
        room.clients().tidy(now);
    }
}
