package postern.forge;

import postern.access.GrantId;
import postern.access.Person;
import postern.core.Secret;

/** What opens a person's set for one grant, for as long as the lease lives. */
final class LeaseKeys implements AutoCloseable {
    private final Person person;
    private final GrantId grant;
    private final Secret privateKey;
    private final PersonTurns.Turn turn;
    private volatile boolean closed;

    /**
     * @param turn shared by all leases of the person
     */
    LeaseKeys(Person person, GrantId grant, Secret privateKey, PersonTurns.Turn turn) {
        this.person = person;
        this.grant = grant;
        this.privateKey = privateKey;
        this.turn = turn;
    }

    Person person() {
        return person;
    }

    GrantId grant() {
        return grant;
    }

    Secret privateKey() {
        return privateKey;
    }

    PersonTurns.Turn turn() {
        return turn;
    }

    /** Whether the key may be overwritten already, so that what it does not open proves nothing. */
    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true; // before the key is: whoever fails to open with it must see this
        privateKey.close();
        turn.close();
    }
}
