package postern.forge.local;

import postern.access.Caller;
import postern.access.UpstreamAccess;
import postern.access.UpstreamLease;
import postern.access.UpstreamRefused;
import postern.core.Ticker;
import postern.forge.PersonLease;
import postern.forge.PreparedSignIn;
import postern.forge.SignInAnswer;
import postern.forge.SignInRequest;
import postern.forge.SignedIn;
import postern.forge.Upstream;
import postern.http.Cookies;
import postern.http.PageKit;
import postern.http.Routes;
import postern.store.Database;
import postern.vault.Vault;

import java.net.URI;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Sign-in by single-use codes that the operator makes, as an upstream like any other. */
public final class LocalUpstream implements Upstream, UpstreamAccess {
    public static final String ISSUER = "urn:postern:local";

    /**
     * Covers clients on https and loopback; those with a scheme of their own need the longer
     * constructor.
     */
    private static final String ANY_WEB_CLIENT = "https: http:";

    private final Database database;
    private final InstantSource clock;
    private final URI publicUrl;
    private final LocalSignIns signIns;
    private final SignInPages pages;

    public LocalUpstream(
            Database database,
            Vault vault,
            InstantSource clock,
            Ticker ticker,
            SecureRandom random,
            PageKit pageKit,
            Cookies cookies,
            URI publicUrl) {
        this(
                database,
                vault,
                clock,
                ticker,
                random,
                pageKit,
                cookies,
                publicUrl,
                state -> Optional.of(ANY_WEB_CLIENT));
    }

    /**
     * @param publicUrl of this installation
     * @param formActions from a state to the sources that the way back to its client may lead to,
     *     for the form-action directive: Chromium holds the redirects after a form against it
     */
    public LocalUpstream(
            Database database,
            Vault vault,
            InstantSource clock,
            Ticker ticker,
            SecureRandom random,
            PageKit pageKit,
            Cookies cookies,
            URI publicUrl,
            Function<String, Optional<String>> formActions) {
        this.database = database;
        this.clock = clock;
        this.publicUrl = withoutSlash(publicUrl);
        this.signIns = new LocalSignIns(vault, random);
        this.pages =
                new SignInPages(
                        database,
                        signIns,
                        clock,
                        ticker,
                        pageKit,
                        cookies,
                        this.publicUrl,
                        formActions);
    }

    private static URI withoutSlash(URI url) {
        String text = url.toString();
        return text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : url;
    }

    /**
     * A code that signs {@code name} in once, within 15 minutes; one made before for that name is
     * good no longer. The person comes into being with the first sign-in.
     *
     * @throws IllegalArgumentException when {@code name} is not {@code [a-z][a-z0-9-]{0,31}}
     */
    public String newCode(String name) {
        LocalSignIns.checkName(name);
        Instant now = clock.instant();
        return database.write(tx -> signIns.newCode(tx, name, now));
    }

    /** Adds {@code /sign-in}. */
    public Routes.Builder routes(Routes.Builder routes) {
        return routes.get(SignInPages.PATH, pages::show)
                .post(SignInPages.PATH, pages::submit)
                .error(pages::refusal);
    }

    @Override
    public String issuer() {
        return ISSUER;
    }

    @Override
    public String displayName() {
        return "a sign-in code of this server";
    }

    @Override
    public Optional<String> signInSources() {
        return Optional.empty();
    }

    @Override
    public URI signInUri(SignInRequest request) {
        return URI.create(publicUrl + SignInPages.PATH + "?state=" + request.state());
    }

    @Override
    public SignedIn finish(SignInAnswer answer, SignInRequest request) throws UpstreamRefused {
        Instant now = clock.instant();
        LocalSignIns.LocalPerson person =
                database.write(tx -> signIns.redeemTicket(tx, answer.code(), request.state(), now))
                        .orElseThrow(() -> new UpstreamRefused("ticket unknown, used or expired"));
        return new SignedIn(Long.toString(person.id()), person.name(), Set.of(), Optional.empty());
    }

    /** Nothing to store: there are no tokens. */
    @Override
    public PreparedSignIn prepare(SignedIn signedIn) {
        return PreparedSignIn.NOTHING;
    }

    @Override
    public void forget(Instant now) {
        // nothing was stored
    }

    @Override
    public UpstreamLease lease(Caller caller) throws UpstreamRefused {
        return PersonLease.of(caller, ISSUER);
    }
}
