package postern.oauth.account;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.access.Grants;
import postern.access.Person;
import postern.access.UpstreamRefused;
import postern.access.UpstreamUnavailable;
import postern.core.Secret;
import postern.forge.NotAdmitted;
import postern.forge.PreparedSignIn;
import postern.forge.SignInAnswer;
import postern.forge.SignInRequest;
import postern.forge.SignedIn;
import postern.forge.Upstream;
import postern.http.FormParams;
import postern.http.HttpError;
import postern.http.Request;
import postern.http.Response;
import postern.oauth.BoundedTable;
import postern.oauth.SignInAddress;
import postern.oauth.browser.Browsers;
import postern.oauth.browser.Trip;
import postern.store.Database;
import postern.vault.Vault;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The trip to the upstream that leads to the account page: bound to the browser that began it, good
 * once. It gives no client anything.
 */
public final class AccountSignIn {
    private static final Logger LOG = LoggerFactory.getLogger(AccountSignIn.class);

    private final Database database;
    private final Vault vault;
    private final AccountSignIns signIns;
    private final AccountSessions sessions;
    private final Browsers browsers;
    private final Upstream upstream;
    private final Grants grants;
    private final InstantSource clock;
    private final AccountPages pages;

    AccountSignIn(AccountRoom room) {
        this.database = room.database();
        this.vault = room.vault();
        this.signIns = new AccountSignIns(room.vault());
        this.sessions = room.sessions();
        this.browsers = room.browsers();
        this.upstream = room.upstream();
        this.grants = room.grants();
        this.clock = room.clock();
        this.pages = room.pages();
    }

    /** Sends the browser to the upstream. */
    Response begin(Request request) {
        byte[] browser =
                browsers.hashOf(request)
                        .orElseThrow(() -> HttpError.forbidden("cookies are needed", "no mark"));
        Trip trip = browsers.newTrip();
        Secret verifier = Secret.ofUtf8(browsers.randomText());
        String signIn = SignInAddress.of(upstream, trip, verifier);
        Instant now = clock.instant();
        byte[] network = BoundedTable.network(vault, request);
        database.write(tx -> {
            signIns.add(tx, trip, browser, verifier, network, now);
            return null;
        });
        return browsers.send(Response.seeOther(signIn), trip);
    }

    /** Forgets sign-ins that nobody finished in time, in small transactions. */
    void forgetExpired(Instant now) {
        database.writeInSteps(tx -> signIns.forgetExpired(tx, now));
    }

    /**
     * The browser is back at the callback. Empty when {@code params} are not of a sign-in of this
     * kind that this browser began.
     */
    public Optional<Response> callback(Request request, FormParams params, Trip trip) {
        Instant now = clock.instant();
        Optional<Secret> verifier =
                browsers.hashOf(request)
                        .flatMap(browser ->
                                database.write(tx -> signIns.take(tx, trip, browser, now)));
        return verifier.map(
                found -> finish(request, params, new SignInRequest(trip.state(), found)));
    }

    private Response finish(Request request, FormParams params, SignInRequest asked) {
        Optional<String> code = params.single("code");
        if (code.isEmpty()) return failed("the sign-in was refused or cancelled", "upstream error");
        try {
            var answer = new SignInAnswer(code.get(), params.single("iss"));
            return arrived(request, upstream.finish(answer, asked));
        } catch (NotAdmitted stranger) {
            return pages.notAdmitted(stranger.login());
        } catch (UpstreamRefused refused) {
            return failed("the sign-in was not accepted", refused.getMessage());
        } catch (UpstreamUnavailable unavailable) {
            return failed("the sign-in is not available just now", unavailable.getMessage());
        }
    }

    private Response failed(String why, String detail) {
        LOG.atInfo().addKeyValue("detail", detail).log("oauth.account.sign-in-failed");
        return pages.signInFailed(why);
    }

    private Response arrived(Request request, SignedIn signedIn) {
        String id = sessions.newId();
        Instant now = clock.instant();
        Person person;
        try (PreparedSignIn prepared = upstream.prepare(signedIn)) {
            person =
                    database.write(tx -> {
                        Person found =
                                grants.person(
                                        tx,
                                        upstream.issuer(),
                                        signedIn.upstreamId(),
                                        signedIn.login(),
                                        now);
                        // the upstream has retired the former set; without a grant nobody could
                        // open this
                        if (!grants.liveGrantsOf(tx, found.id(), now).isEmpty()) {
                            prepared.keep(tx, found, now);
                        }
                        sessions.begin(tx, id, found.id(), request, browsers.hashOf(request), now);
                        return found;
                    });
        }
        LOG.atInfo().addKeyValue("person", person.id()).log("oauth.account.signed-in");
        return sessions.remember(Response.seeOther(AccountPages.PATH), id);
    }
}
