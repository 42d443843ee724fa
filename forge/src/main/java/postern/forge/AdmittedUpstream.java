package postern.forge;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.access.Admissions;
import postern.access.EndReason;
import postern.access.Grants;
import postern.access.Person;
import postern.access.Role;
import postern.access.UpstreamRefused;
import postern.access.UpstreamUnavailable;
import postern.store.Database;
import postern.store.Tx;
import postern.vault.Token;

import java.net.URI;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * An upstream behind the rule of who may come in. Every sign-in passes here, whatever it is for and
 * whatever upstream it is at, and somebody who may not come in gets no further: nothing is made or
 * kept for them, and what they had from before ends.
 */
public final class AdmittedUpstream implements Upstream {
    private static final Logger LOG = LoggerFactory.getLogger(AdmittedUpstream.class);

    private final Upstream upstream;
    private final Admissions admissions;
    private final Database database;
    private final Grants grants;
    private final InstantSource clock;

    public AdmittedUpstream(
            Upstream upstream,
            Admissions admissions,
            Database database,
            Grants grants,
            InstantSource clock) {
        this.upstream = upstream;
        this.admissions = admissions;
        this.database = database;
        this.grants = grants;
        this.clock = clock;
    }

    /**
     * {@inheritDoc}
     *
     * @throws NotAdmitted nothing is stored for the person, and no grant of theirs is live
     */
    @Override
    public SignedIn finish(SignInAnswer answer, SignInRequest request)
            throws UpstreamRefused, UpstreamUnavailable {
        SignedIn signedIn = upstream.finish(answer, request);
        Optional<Role> role = roleOf(signedIn);
        if (role.isEmpty()) {
            turnAway(signedIn);
            throw new NotAdmitted(signedIn.login());
        }
        admissions.note(issuer(), signedIn.upstreamId(), role.get(), clock.instant());
        return signedIn;
    }

    private Optional<Role> roleOf(SignedIn signedIn) {
        return admissions.rule().roleOf(signedIn.login(), signedIn.groups());
    }

    /** The stored set of somebody who had one goes with the last grant, see {@link #forget}. */
    private void turnAway(SignedIn signedIn) {
        admissions.forget(issuer(), signedIn.upstreamId());
        Instant now = clock.instant();
        int ended =
                database.write(tx -> {
                    Optional<Person> known =
                            grants.knownPerson(tx, issuer(), signedIn.upstreamId());
                    if (known.isEmpty()) return 0;
                    return grants.endAllOf(tx, known.get().id(), EndReason.NOT_ALLOWED, now);
                });
        LOG.atInfo()
                .addKeyValue("upstream-id", signedIn.upstreamId())
                .addKeyValue("grants", ended)
                .log("forge.sign-in.not-allowed");
    }

    /** What is stored then was checked in this sign-in, so that it need not be checked again. */
    @Override
    public PreparedSignIn prepare(SignedIn signedIn) {
        return new Noted(signedIn, upstream.prepare(signedIn));
    }

    private final class Noted implements PreparedSignIn {
        private final SignedIn signedIn;
        private final PreparedSignIn prepared;

        Noted(SignedIn signedIn, PreparedSignIn prepared) {
            this.signedIn = signedIn;
            this.prepared = prepared;
        }

        @Override
        public void keep(Tx tx, Person person, Instant now) throws SQLException {
            prepared.keep(tx, person, now);
            Optional<Role> role = roleOf(signedIn);
            role.ifPresent(granted ->
                    tx.afterCommit(
                            () -> admissions.note(issuer(), signedIn.upstreamId(), granted, now)));
        }

        @Override
        public void close() {
            prepared.close();
        }
    }

    @Override
    public void goesOn(Token token) {
        if (admissions.rule().tellsApart()) upstream.goesOn(token);
    }

    @Override
    public Optional<Role> roleOf(Person person) {
        return admissions.roleOf(person);
    }

    @Override
    public void forget(Instant now) {
        upstream.forget(now);
        admissions.forgetOld();
    }

    @Override
    public String issuer() {
        return upstream.issuer();
    }

    @Override
    public String displayName() {
        return upstream.displayName();
    }

    @Override
    public Optional<String> signInSources() {
        return upstream.signInSources();
    }

    @Override
    public URI signInUri(SignInRequest request) throws UpstreamUnavailable {
        return upstream.signInUri(request);
    }

    @Override
    public boolean isExchanging() {
        return upstream.isExchanging();
    }

    @Override
    public Optional<ScopeGap> scopeGap(SignedIn signedIn) {
        return upstream.scopeGap(signedIn);
    }
}
