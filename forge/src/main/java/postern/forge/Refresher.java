package postern.forge;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.access.UpstreamRefused;
import postern.access.UpstreamUnavailable;
import postern.forge.RefreshesUnderWay.Begun;
import postern.store.Database;
import postern.store.StoreUnavailable;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * One refresh, from its row in the database to the new set on disk. Between the two the forge has
 * forgotten what we know and we do not know what it has given: so the row comes first, the whole
 * goes on when its caller goes away, and a set that the disk did not take is kept and tried again.
 */
final class Refresher {
    private static final Logger LOG = LoggerFactory.getLogger(Refresher.class);

    private final Database database;
    private final TokenSets sets;
    private final KeyPreparation keys;
    private final RecentSets recent;
    private final RefreshesUnderWay underWay;
    private final TokenEndpoint endpoint;
    private final ClientRefusals client;
    private final PersonTurns turns;
    private final Exchanges exchanges;
    private final InstantSource clock;

    Refresher(
            Database database,
            TokenSets sets,
            KeyPreparation keys,
            RecentSets recent,
            RefreshesUnderWay underWay,
            TokenEndpoint endpoint,
            ClientRefusals client,
            PersonTurns turns,
            Exchanges exchanges,
            InstantSource clock) {
        this.database = database;
        this.sets = sets;
        this.keys = keys;
        this.recent = recent;
        this.underWay = underWay;
        this.endpoint = endpoint;
        this.client = client;
        this.turns = turns;
        this.exchanges = exchanges;
        this.clock = clock;
    }

    /** What a refresh came to. */
    sealed interface Outcome {
        /** Another set than the one that was to be refreshed is on disk. */
        record Replaced() implements Outcome {}

        /** Somebody else refreshes it just now. */
        record Busy() implements Outcome {}

        /**
         * @param unanswered when an earlier request with this refresh token got no answer
         */
        record Refused(TokenAnswer.Refused no, Optional<Instant> unanswered) implements Outcome {}

        /** The forge advises one more try with the newest set. */
        record CounterRace() implements Outcome {}

        /** Nothing is decided. */
        record Failed(String why, Throwable cause) implements Outcome {}
    }

    Outcome refresh(PersonTurns.Turn turn, OpenedSet old)
            throws UpstreamRefused, UpstreamUnavailable {
        return exchanges.run(() -> {
            // of its own, since the caller's may be closed before this is done
            try (PersonTurns.Turn mine = turns.join(turn.person())) {
                return begun(mine, old);
            }
        });
    }

    private Outcome begun(PersonTurns.Turn turn, OpenedSet old) {
        long person = turn.person().id();
        Instant now = clock.instant();
        Optional<Begun> begun;
        try {
            begun =
                    database.write(tx -> {
                        Optional<TokenSets.Head> head = sets.head(tx, person);
                        if (head.isEmpty() || head.get().generation() != old.generation()) {
                            return Optional.empty();
                        }
                        return Optional.of(underWay.begin(tx, person, old.generation(), now));
                    });
        } catch (StoreUnavailable full) {
            return new Outcome.Failed("it cannot be noted that the forge is asked", full);
        }
        if (begun.isEmpty()) return new Outcome.Replaced();
        return switch (begun.get()) {
            case Begun.Busy() -> new Outcome.Busy();
            case Begun.Ours ours -> ask(turn, old, ours);
        };
    }

    private Outcome ask(PersonTurns.Turn turn, OpenedSet old, Begun.Ours ours) {
        TokenAnswer answer = endpoint.refresh(old.tokens().refreshToken());
        if (answer instanceof TokenAnswer.Misconfigured(String detail)) client.refused(detail);
        else if (!(answer instanceof TokenAnswer.NoAnswer)) client.accepted();
        return switch (answer) {
            case TokenAnswer.Fresh(TokenSet tokens) ->
                    store(turn, tokens.withScope(old.tokens().grantedScope()));
            case TokenAnswer.Refused no -> {
                note(ours, false);
                yield new Outcome.Refused(no, ours.unanswered());
            }
            case TokenAnswer.CounterRace() -> {
                note(ours, false);
                yield new Outcome.CounterRace();
            }
            case TokenAnswer.Misconfigured(String detail) -> {
                note(ours, false);
                yield new Outcome.Failed("our client is refused: " + detail, null);
            }
            case TokenAnswer.NoAnswer(String detail, Throwable cause) -> {
                note(ours, true);
                LOG.atWarn()
                        .addKeyValue("person", turn.person().id())
                        .addKeyValue("reason", detail)
                        .log("forge.refresh.unanswered");
                yield new Outcome.Failed(detail, cause);
            }
        };
    }

    /** When this fails, the row ends by time. */
    private void note(Begun.Ours ours, boolean lost) {
        try {
            database.write(tx -> {
                if (lost) underWay.lose(tx, ours.attempt());
                else underWay.settle(tx, ours.attempt());
                return null;
            });
        } catch (StoreUnavailable full) {
            LOG.atWarn().addKeyValue("reason", full.getMessage()).log("forge.refresh.not-noted");
        }
    }

    private Outcome store(PersonTurns.Turn turn, TokenSet tokens) {
        turn.keep(tokens);
        try {
            save(turn);
            return new Outcome.Replaced();
        } catch (StoreUnavailable full) {
            LOG.atError()
                    .addKeyValue("person", turn.person().id())
                    .addKeyValue("reason", full.getMessage())
                    .log("forge.set.not-saved-yet");
            return new Outcome.Failed("the new set is not on disk yet", full);
        }
    }

    /**
     * Writes what the forge gave out and the disk has not taken so far, if there is such a set.
     *
     * @throws StoreUnavailable it is still kept in memory
     */
    void save(PersonTurns.Turn turn) {
        Optional<TokenSet> unsaved = turn.unsaved();
        if (unsaved.isEmpty()) return;
        TokenSet set = unsaved.get();
        Instant now = clock.instant();
        try (PreparedKeys prepared = keys.prepare(turn.person())) {
            boolean written =
                    database.write(tx -> sets.write(tx, turn.person(), set, prepared, now));
            if (written) recent.put(turn.person().id(), set);
        }
        turn.saved(set);
    }

    /** As {@link #save}, for everybody. */
    void saveAll() {
        for (PersonTurns.Turn turn : turns.unsaved()) save(turn);
    }
}
