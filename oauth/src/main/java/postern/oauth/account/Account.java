package postern.oauth.account;

import postern.access.Grants;
import postern.access.LiveSessions;
import postern.core.Ticker;
import postern.forge.Upstream;
import postern.http.Cookies;
import postern.http.Handler;
import postern.http.HttpError;
import postern.http.PageKit;
import postern.http.Routes;
import postern.oauth.OAuthConfig;
import postern.oauth.browser.Browsers;
import postern.oauth.client.Clients;
import postern.store.Database;
import postern.store.StoreUnavailable;
import postern.vault.Vault;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** The door of this room: its route, and what the rooms around it need. */
public final class Account {
    private final AccountRoom room;
    private final AccountSignIn signIn;
    private String approvalsSeen = "";

    /**
     * @param signInSources where people are sent to sign in; empty when that is ourselves
     */
    public Account(
            OAuthConfig config,
            Database database,
            Vault vault,
            Grants grants,
            Clients clients,
            Upstream upstream,
            Cookies cookies,
            PageKit pageKit,
            InstantSource clock,
            SecureRandom random,
            Optional<String> signInSources) {
        room =
                AccountRoom.of(
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
        signIn = new AccountSignIn(room);
    }

    /** Adds {@code /account}. */
    public void addTo(Routes.Builder routes, LiveSessions live, Ticker ticker) {
        var endpoint = new AccountEndpoint(room, signIn, live, ticker);
        routes.route(
                        AccountPages.PATH,
                        Map.of("GET", guarded(endpoint::show), "POST", guarded(endpoint::submit)))
                .error(room.pages()::httpError);
    }

    private static Handler guarded(Handler handler) {
        return request -> {
            try {
                return handler.handle(request);
            } catch (StoreUnavailable unavailable) {
                throw HttpError.unavailable(
                        "its database does not answer, try again in a few seconds",
                        unavailable.getMessage(),
                        Duration.ofSeconds(5));
            }
        };
    }

    public AccountSessions sessions() {
        return room.sessions();
    }

    public Approvals approvals() {
        return room.approvals();
    }

    public Browsers browsers() {
        return room.browsers();
    }

    /** For the callback, which all kinds of sign-in share. */
    public AccountSignIn signIn() {
        return signIn;
    }

    /**
     * Forgets sign-ins and sessions that are over, and approvals that nobody used for long or that
     * somebody has taken back. For one thread.
     */
    public void purge(Instant now) {
        signIn.forgetExpired(now);
        approvalsSeen = room.approvals().forgetRevoked(room.database(), approvalsSeen);
        room.database().writeInSteps(tx -> room.sessions().forgetExpired(tx, now));
        room.database().writeInSteps(tx -> room.approvals().forgetUnused(tx, now));
    }
}
