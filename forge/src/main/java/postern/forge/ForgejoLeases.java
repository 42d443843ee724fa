package postern.forge;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.access.Caller;
import postern.access.Grant;
import postern.access.GrantId;
import postern.access.Person;
import postern.access.Principal;
import postern.access.UpstreamAccess;
import postern.access.UpstreamLease;
import postern.access.UpstreamRefused;
import postern.access.UpstreamUnavailable;
import postern.core.Secret;
import postern.core.Undo;
import postern.vault.CannotOpen;
import postern.vault.Token;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** What somebody with a live token gets of their set: a lease for a child, or just a check. */
final class ForgejoLeases implements UpstreamAccess {
    private static final Logger LOG = LoggerFactory.getLogger(ForgejoLeases.class);

    private final ForgejoMeans means;
    private final PersonTurns turns;
    private final Freshness freshness;
    private final Membership membership;
    private final LiveLeases live;

    ForgejoLeases(
            ForgejoMeans means, PersonTurns turns, Freshness freshness, Membership membership) {
        this.means = means;
        this.turns = turns;
        this.freshness = freshness;
        this.membership = membership;
        this.live = new LiveLeases(means.admissions());
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
                            means.relay(),
                            live::remove);
            undo.release();
            live.add(lease);
            return lease;
        } catch (CannotOpen notItsToken) {
            throw new UpstreamRefused("the token no longer opens the grant");
        }
    }

    private LeaseKeys keys(Token token, Person person, GrantId grant) throws CannotOpen {
        Secret privateKey = means.grants().privateKey(token, grant);
        return new LeaseKeys(person, grant, privateKey, turns.join(person));
    }

    /** As {@link Upstream#goesOn}. */
    void goesOn(Token token) {
        Instant now = means.clock().instant();
        Optional<Grant> grant =
                means.database()
                        .read(tx ->
                                means.grants().find(tx, new GrantId(token.grantId().orElseThrow())))
                        .filter(one -> one.isLive(now));
        if (grant.isEmpty()) return;
        Person person = grant.get().person();
        if (!means.admissions().isDue(person, Instant.MIN)) return;
        try (LeaseKeys keys = keys(token, person, grant.get().id())) {
            membership.checked(keys, freshness.first(keys));
        } catch (CannotOpen | UpstreamRefused | UpstreamUnavailable told) {
            // a refusal has ended the grant; whoever asks next sees what is left of it
            LOG.atDebug().addKeyValue("reason", told.getMessage()).log("forge.check.not-passed");
        }
    }

    @Override
    public Set<GrantId> recheck() {
        return live.recheck();
    }
}
