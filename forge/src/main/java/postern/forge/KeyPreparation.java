package postern.forge;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.access.Grants;
import postern.access.Person;
import postern.core.Undo;
import postern.store.Database;
import postern.store.StoreUnavailable;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Seals the key of a person's next token set to their live grants before the transaction that
 * stores it: with a hundred grants this takes a tenth of a second, and everybody waits for the one
 * writer. What has changed by then is put right there ({@link PreparedKeys}, {@link TokenSets}), so
 * nothing depends on this but time.
 */
final class KeyPreparation {
    private static final Logger LOG = LoggerFactory.getLogger(KeyPreparation.class);

    private final Database database;
    private final Grants grants;
    private final TokenSets sets;
    private final PersonTurns turns;
    private final InstantSource clock;

    KeyPreparation(
            Database database,
            Grants grants,
            TokenSets sets,
            PersonTurns turns,
            InstantSource clock) {
        this.database = database;
        this.grants = grants;
        this.sets = sets;
        this.turns = turns;
        this.clock = clock;
    }

    /** As {@link #prepare(Person)}; nothing for somebody who has never come in. */
    PreparedKeys prepare(String issuer, String upstreamId) {
        Optional<Person> known;
        try {
            known = database.read(tx -> grants.knownPerson(tx, issuer, upstreamId));
        } catch (StoreUnavailable full) {
            return unprepared(full, new Undo());
        }
        return known.map(this::prepare).orElseGet(() -> none(new Undo()));
    }

    /**
     * Waits while somebody else prepares keys of {@code person}. A database that cannot be read
     * costs the preparation, not the write: the set may be one that cannot be had twice.
     */
    PreparedKeys prepare(Person person) {
        try (var undo = new Undo()) {
            Undo held = undo.own(new Undo());
            PersonTurns.Turn turn = held.own(turns.join(person));
            turn.preparing.lock();
            held.own(turn.preparing::unlock);
            PreparedKeys prepared;
            try {
                prepared =
                        new PreparedKeys(
                                grants.seal(), Optional.of(undo.own(sealed(person))), held);
            } catch (StoreUnavailable full) {
                prepared = unprepared(full, held);
            }
            undo.release();
            return prepared;
        }
    }

    private SetKeys sealed(Person person) {
        Instant now = clock.instant();
        TokenSets.Next next = database.read(tx -> sets.next(tx, person.id(), now));
        try (var undo = new Undo()) {
            SetKeys keys = undo.own(new SetKeys(grants.seal(), person, next.generation()));
            keys.sealTo(next.live());
            undo.release();
            return keys;
        }
    }

    private PreparedKeys unprepared(StoreUnavailable full, Undo held) {
        LOG.atWarn().addKeyValue("reason", full.getMessage()).log("forge.set.not-prepared");
        return none(held);
    }

    private PreparedKeys none(Undo held) {
        return new PreparedKeys(grants.seal(), Optional.empty(), held);
    }
}
