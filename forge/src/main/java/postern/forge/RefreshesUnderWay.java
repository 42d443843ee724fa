package postern.forge;

import postern.store.Tx;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The table of refreshes under way, at most one for each person over all processes. Its row is
 * written before the forge is asked and is still there after a crash: then it tells that an answer
 * may have been lost. Methods are part of the caller's transaction.
 */
final class RefreshesUnderWay {
    private final Duration longest;

    /**
     * @param longest after this time whoever asked has an answer, has given up or is dead
     */
    RefreshesUnderWay(Duration longest) {
        this.longest = longest;
    }

    /** Who may ask. */
    sealed interface Begun {
        /**
         * The caller, and nobody else before it has settled this.
         *
         * @param attempt never given twice
         * @param unanswered when the same refresh token was sent before and no answer came back
         */
        record Ours(long attempt, Optional<Instant> unanswered) implements Begun {}

        /** Somebody else is asking. */
        record Busy() implements Begun {}
    }

    private record Row(
            long generation, Instant begunAt, Optional<Instant> until, Optional<Instant> lost) {
        boolean isHeld(long ofGeneration, Instant now) {
            // one of the future was written before the clock was set back
            return generation == ofGeneration
                    && until.isPresent()
                    && !now.isBefore(begunAt)
                    && now.isBefore(until.get());
        }

        /** Whoever left {@code until} behind did not come back with an answer. */
        Optional<Instant> unanswered(long ofGeneration) {
            if (generation != ofGeneration) return Optional.empty();
            return lost.isPresent() ? lost : until.map(end -> begunAt);
        }
    }

    Begun begin(Tx tx, long personId, long generation, Instant now) throws SQLException {
        Optional<Row> row = row(tx, personId);
        if (row.isPresent() && row.get().isHeld(generation, now)) return new Begun.Busy();
        Optional<Instant> unanswered = row.flatMap(found -> found.unanswered(generation));
        forget(tx, personId);
        long attempt =
                tx.insert(
                        "insert into upstream_refresh (person_id, generation, begun_at, until,"
                                + " unanswered_at) values (?, ?, ?, ?, ?)",
                        personId,
                        generation,
                        now,
                        now.plus(longest),
                        unanswered.orElse(null));
        return new Begun.Ours(attempt, unanswered);
    }

    boolean isBusy(Tx tx, long personId, long generation, Instant now) throws SQLException {
        return row(tx, personId).filter(row -> row.isHeld(generation, now)).isPresent();
    }

    /** The forge answered and has carried out nothing. */
    void settle(Tx tx, long attempt) throws SQLException {
        tx.update(
                "delete from upstream_refresh where attempt = ? and unanswered_at is null",
                attempt);
        tx.update("update upstream_refresh set until = null where attempt = ?", attempt);
    }

    /** No usable answer came: the forge may have carried it out. */
    void lose(Tx tx, long attempt) throws SQLException {
        tx.update(
                "update upstream_refresh set until = null,"
                        + " unanswered_at = coalesce(unanswered_at, begun_at) where attempt = ?",
                attempt);
    }

    /** The person has another set now, or none. */
    static void forget(Tx tx, long personId) throws SQLException {
        tx.update("delete from upstream_refresh where person_id = ?", personId);
    }

    private static Optional<Row> row(Tx tx, long personId) throws SQLException {
        return tx.first(
                "select generation, begun_at, until, unanswered_at from upstream_refresh"
                        + " where person_id = ?",
                RefreshesUnderWay::read,
                personId);
    }

    private static Row read(ResultSet row) throws SQLException {
        return new Row(
                row.getLong("generation"),
                Tx.instant(row, "begun_at").orElseThrow(),
                Tx.instant(row, "until"),
                Tx.instant(row, "unanswered_at"));
    }
}
