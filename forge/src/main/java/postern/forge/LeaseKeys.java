package postern.forge;

import postern.access.GrantId;
import postern.access.Person;
import postern.core.Secret;

/**
 * What opens a person's set for one grant, for as long as the lease lives.
 *
 * @param turn shared by all leases of the person
 */
record LeaseKeys(Person person, GrantId grant, Secret privateKey, PersonTurns.Turn turn)
        implements AutoCloseable {
    @Override
    public void close() {
        privateKey.close();
        turn.close();
    }
}
