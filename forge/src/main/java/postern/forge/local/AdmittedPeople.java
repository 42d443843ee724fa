package postern.forge.local;

import postern.access.Admissions;
import postern.access.Caller;
import postern.access.EndReason;
import postern.access.GrantId;
import postern.access.GrantList;
import postern.access.Grants;
import postern.access.LiveGrant;
import postern.access.Person;
import postern.access.UpstreamAccess;
import postern.access.UpstreamLease;
import postern.access.UpstreamRefused;
import postern.access.UpstreamUnavailable;
import postern.store.Database;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/**
 * Leases of people of the built-in sign-in, for those only whom the rule lets in as it is since the
 * last start. Their names never change and they have no groups, so there is nobody to ask.
 */
public final class AdmittedPeople implements UpstreamAccess {
    private final UpstreamAccess people;
    private final Admissions admissions;
    private final Database database;
    private final Grants grants;
    private final InstantSource clock;

    public AdmittedPeople(
            UpstreamAccess people,
            Admissions admissions,
            Database database,
            Grants grants,
            InstantSource clock) {
        this.people = people;
        this.admissions = admissions;
        this.database = database;
        this.grants = grants;
        this.clock = clock;
    }

    /** Ends the grants of people whom the rule does not let in any more; returns how many. */
    public int endOthers() {
        Instant now = clock.instant();
        List<LiveGrant> live = database.read(tx -> new GrantList(grants).all(tx, now));
        int ended = 0;
        for (LiveGrant one : live) {
            if (isAdmitted(one.grant().person())) continue;
            GrantId id = one.grant().id();
            if (database.write(tx -> grants.end(tx, id, EndReason.NOT_ALLOWED, now))) ended++;
        }
        return ended;
    }

    private boolean isAdmitted(Person person) {
        return admissions.rule().roleOf(person.login(), Set.of()).isPresent();
    }

    @Override
    public UpstreamLease lease(Caller caller) throws UpstreamRefused, UpstreamUnavailable {
        Person person = caller.principal().person();
        if (!isAdmitted(person)) {
            Instant now = clock.instant();
            database.write(tx -> grants.endAllOf(tx, person.id(), EndReason.NOT_ALLOWED, now));
            throw new UpstreamRefused("not among those who may come in any more");
        }
        return people.lease(caller);
    }
}
