package postern.forge;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.store.Database;
import postern.store.StoreUnavailable;
import postern.store.Tx;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * Sign-ins between the exchange of their code and the moment their set is stored, in all processes.
 * Such an exchange spends the stored refresh token of a person who is not yet known, so a refresh
 * that is refused waits for them. One that was cut off by a crash counts for ten minutes.
 */
final class SignInsUnderWay {
    static final Duration LIFE = Duration.ofMinutes(10);
    private static final Logger LOG = LoggerFactory.getLogger(SignInsUnderWay.class);

    private final Database database;
    private final InstantSource clock;

    SignInsUnderWay(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** One of them; it ends when its set is stored, or when closed. For one thread at a time. */
    final class SignIn implements AutoCloseable {
        private final long id;
        private volatile boolean ended;

        private SignIn(long id) {
            this.id = id;
        }

        /** Its set is stored by {@code tx}, or there is nothing of its person to replace. */
        void stored(Tx tx) throws SQLException {
            remove(tx, id);
            tx.afterCommit(() -> ended = true);
        }

        @Override
        public void close() {
            if (ended) return;
            try {
                database.write(tx -> remove(tx, id));
            } catch (StoreUnavailable later) {
                LOG.atWarn()
                        .addKeyValue("reason", later.getMessage())
                        .log("forge.sign-in.still-counted");
            }
        }
    }

    private static int remove(Tx tx, long id) throws SQLException {
        return tx.update("delete from upstream_sign_in where id = ?", id);
    }

    /** On disk when this returns, and only then the code may be sent. */
    SignIn begin() {
        Instant now = clock.instant();
        return new SignIn(
                database.write(tx ->
                        tx.insert("insert into upstream_sign_in (begun_at) values (?)", now)));
    }

    /**
     * Returns when those that are under way now have ended, or after {@code patience}; whether they
     * have. Later ones did not spend what was refused before they began.
     */
    boolean await(Patience patience) {
        long last = newest();
        return last == 0 || patience.until(() -> !isUnderWay(last));
    }

    private long newest() {
        List<Long> ids = underWay(Long.MAX_VALUE);
        return ids.isEmpty() ? 0 : ids.getLast();
    }

    private boolean isUnderWay(long upTo) {
        return !underWay(upTo).isEmpty();
    }

    private List<Long> underWay(long upTo) {
        Instant now = clock.instant();
        return database.read(tx ->
                tx.all(
                        // one of the future was written before the clock was set back
                        "select id from upstream_sign_in where id <= ?"
                                + " and begun_at > ? and begun_at <= ? order by id",
                        row -> row.getLong(1),
                        upTo,
                        now.minus(LIFE),
                        now));
    }

    void purge(Instant now) {
        database.write(tx ->
                tx.update(
                        "delete from upstream_sign_in" + " where begun_at <= ? or begun_at > ?",
                        now.minus(LIFE),
                        now.plus(LIFE)));
    }
}
