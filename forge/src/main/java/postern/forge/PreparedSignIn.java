package postern.forge;

import postern.access.Person;
import postern.store.Tx;

import java.sql.SQLException;
import java.time.Instant;

/**
 * What a finished sign-in brought, made ready to be kept. Others who keep something for the same
 * person may wait until it is closed, and the thread that prepared it closes it.
 */
public interface PreparedSignIn extends AutoCloseable {
    /** Of an upstream that hands out nothing to be kept. */
    PreparedSignIn NOTHING =
            new PreparedSignIn() {
                @Override
                public void keep(Tx tx, Person person, Instant now) {
                    // there is nothing
                }

                @Override
                public void close() {
                    // there is nothing
                }
            };

    /**
     * Stores it, sealed to every live grant of {@code person}, as part of {@code tx}; a new grant
     * is among them. At most once.
     *
     * @param person whom the sign-in is of
     */
    void keep(Tx tx, Person person, Instant now) throws SQLException;

    @Override
    void close();
}
