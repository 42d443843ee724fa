package postern.forge;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.access.Person;
import postern.store.Database;
import postern.store.StoreUnavailable;
import postern.store.Tx;

import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Stores the sets that sign-ins bring: as soon as the forge has named the person, for grants that
 * there are, and once more with the grant that the sign-in makes.
 */
final class SignInSets {
    private static final Logger LOG = LoggerFactory.getLogger(SignInSets.class);

    private final String issuer;
    private final Database database;
    private final TokenSets sets;
    private final RecentSets recent;
    private final KeyPreparation keys;
    private final PersonTurns turns;
    private final InstantSource clock;

    SignInSets(
            String issuer,
            Database database,
            TokenSets sets,
            RecentSets recent,
            KeyPreparation keys,
            PersonTurns turns,
            InstantSource clock) {
        this.issuer = issuer;
        this.database = database;
        this.sets = sets;
        this.recent = recent;
        this.keys = keys;
        this.turns = turns;
        this.clock = clock;
    }

    /**
     * For the grants of somebody whose set is stored; ends {@code underWay} with it.
     *
     * @throws StoreUnavailable the set is kept in memory until it can be written
     */
    void keepForKnown(Identity.Who who, TokenSet tokens, SignInsUnderWay.SignIn underWay) {
        Instant now = clock.instant();
        try (PreparedKeys prepared = keys.prepare(issuer, who.upstreamId())) {
            database.write(tx -> {
                underWay.stored(tx);
                Optional<Person> known = known(tx, who);
                return known.isPresent() && keep(tx, known.get(), tokens, prepared, now);
            });
        } catch (StoreUnavailable full) {
            Optional<Person> known = database.read(tx -> known(tx, who));
            if (known.isPresent()) {
                try (PersonTurns.Turn turn = turns.join(known.get())) {
                    turn.keep(tokens);
                }
            }
            throw full;
        }
    }

    private Optional<Person> known(Tx tx, Identity.Who who) throws SQLException {
        return sets.personOf(tx, issuer, who.upstreamId())
                .map(id -> new Person(id, issuer, who.upstreamId(), who.login()));
    }

    /** As {@link Upstream#prepare}. */
    PreparedSignIn prepare(SignedIn signedIn) {
        return new Prepared(
                signedIn.tokens().orElseThrow(), keys.prepare(issuer, signedIn.upstreamId()));
    }

    private final class Prepared implements PreparedSignIn {
        private final TokenSet tokens;
        private final PreparedKeys prepared;

        Prepared(TokenSet tokens, PreparedKeys prepared) {
            this.tokens = tokens;
            this.prepared = prepared;
        }

        @Override
        public void keep(Tx tx, Person person, Instant now) throws SQLException {
            SignInSets.this.keep(tx, person, tokens, prepared, now);
        }

        @Override
        public void close() {
            prepared.close();
        }
    }

    /**
     * A set that was overtaken gives way to the one that overtook it, for the new grant as well.
     */
    private boolean keep(Tx tx, Person person, TokenSet tokens, PreparedKeys prepared, Instant now)
            throws SQLException {
        if (sets.write(tx, person, tokens, prepared, now)) {
            tx.afterCommit(() -> recent.put(person.id(), tokens));
            return true;
        }
        Optional<TokenSet> newest = recent.get(person.id());
        if (newest.isPresent() && sets.write(tx, person, newest.get(), prepared, now)) return true;
        LOG.atWarn().addKeyValue("person", person.id()).log("forge.sign-in.overtaken");
        return false;
    }
}
