package postern.forge;

import postern.access.Grant;
import postern.access.GrantId;
import postern.access.Grants;
import postern.access.Person;
import postern.core.Secret;
import postern.store.Tx;
import postern.vault.CannotOpen;
import postern.vault.GrantSeal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The table of token sets: one per person, sealed under a fresh data key with each write, and that
 * key sealed to every live grant of the person. Writing opens nothing; reading needs a grant's
 * private key. Methods are part of the caller's transaction.
 */
final class TokenSets {
    private static final String OPENABLE =
            """
            select s.generation, s.written_at, s.sealed, k.sealed as key_sealed
            from upstream_token_set s
            join upstream_key k on k.person_id = s.person_id and k.generation = s.generation
            where s.person_id = ? and k.grant_id = ?
            """;

    private final Grants grants;

    /** What is known of a stored set without opening it. */
    record Head(long generation, SetOrder order) {}

    /**
     * @param generation of the set that is written next
     * @param live the grants that would have to open it
     */
    record Next(long generation, List<Grant> live) {}

    private record Sealed(long generation, Instant writtenAt, byte[] set, byte[] key) {}

    TokenSets(Grants grants) {
        this.grants = grants;
    }

    /** The person's set, if there is one whose key was sealed to {@code grant}. */
    Optional<OpenedSet> open(Tx tx, Person person, GrantId grant, Secret privateKey)
            throws SQLException, CannotOpen {
        Optional<Sealed> found =
                tx.first(OPENABLE, TokenSets::readSealed, person.id(), grant.value());
        if (found.isEmpty()) return Optional.empty();
        Sealed sealed = found.get();
        GrantSeal seal = grants.seal();
        try (Secret dataKey =
                        seal.openWith(
                                privateKey,
                                sealed.key,
                                SetKeys.keyPurpose(person, sealed.generation, grant));
                Secret plain =
                        seal.openUnder(
                                dataKey,
                                sealed.set,
                                SetKeys.setPurpose(person, sealed.generation))) {
            return Optional.of(
                    new OpenedSet(sealed.generation, sealed.writtenAt, TokenSetCodec.read(plain)));
        }
    }

    /** What a set that is written next would be sealed for. */
    Next next(Tx tx, long personId, Instant now) throws SQLException {
        return new Next(nextGeneration(head(tx, personId)), grants.liveGrantsOf(tx, personId, now));
    }

    private static long nextGeneration(Optional<Head> head) {
        return head.map(Head::generation).orElse(0L) + 1;
    }

    /**
     * Stores {@code set} for all live grants of {@code person} under the next generation. Changes
     * nothing and returns false when a newer set is there and a live grant can open it.
     *
     * @param prepared what is not in there, or no longer right, is sealed here
     */
    boolean write(Tx tx, Person person, TokenSet set, PreparedKeys prepared, Instant now)
            throws SQLException {
        List<Grant> live = grants.liveGrantsOf(tx, person.id(), now);
        SetOrder order = set.order();
        Optional<Head> head = head(tx, person.id());
        if (head.isPresent()
                && head.get().order.isNewerThan(order)
                && canBeOpened(tx, person.id(), head.get().generation, live)) {
            return false;
        }
        long generation = nextGeneration(head);
        try (SetKeys keys = prepared.take(person, generation);
                Secret plain = TokenSetCodec.write(set)) {
            replace(tx, person, generation, order, keys.sealedSet(plain), now);
            RefreshesUnderWay.forget(tx, person.id());
            for (Grant grant : live) {
                addKey(tx, person, generation, grant.id(), keys.sealedTo(grant));
            }
        }
        return true;
    }

    private static void replace(
            Tx tx, Person person, long generation, SetOrder order, byte[] sealed, Instant now)
            throws SQLException {
        tx.update("delete from upstream_key where person_id = ?", person.id());
        tx.update(
                """
                insert or replace into upstream_token_set (person_id, issuer, upstream_id,
                    generation, upstream_grant, counter, sealed, written_at)
                    values (?, ?, ?, ?, ?, ?, ?, ?)
                """,
                person.id(),
                person.issuer(),
                person.upstreamId(),
                generation,
                order.upstreamGrant().isPresent() ? order.upstreamGrant().getAsLong() : null,
                order.counter().isPresent() ? order.counter().getAsLong() : null,
                sealed,
                now);
    }

    private static void addKey(Tx tx, Person person, long generation, GrantId grant, byte[] sealed)
            throws SQLException {
        tx.update(
                "insert into upstream_key (person_id, grant_id, generation, sealed) values (?, ?,"
                        + " ?, ?)",
                person.id(),
                grant.value(),
                generation,
                sealed);
    }

    Optional<Head> head(Tx tx, long personId) throws SQLException {
        return tx.first(
                "select generation, upstream_grant, counter from upstream_token_set where person_id"
                        + " = ?",
                TokenSets::readHead,
                personId);
    }

    /** Our number of a person whose set is stored. */
    Optional<Long> personOf(Tx tx, String issuer, String upstreamId) throws SQLException {
        return tx.first(
                "select person_id from upstream_token_set where issuer = ? and upstream_id = ?",
                row -> row.getLong(1),
                issuer,
                upstreamId);
    }

    /** People whose set is stored and who have no live grant. */
    List<Long> withoutGrant(Tx tx, Instant now) throws SQLException {
        List<Long> left = new ArrayList<>();
        for (long id : tx.all("select person_id from upstream_token_set", row -> row.getLong(1))) {
            if (grants.liveGrantsOf(tx, id, now).isEmpty()) left.add(id);
        }
        return left;
    }

    /** False when a grant of the person is live, and nothing was changed. */
    boolean deleteUnlessLive(Tx tx, long personId, Instant now) throws SQLException {
        if (!grants.liveGrantsOf(tx, personId, now).isEmpty()) return false;
        delete(tx, personId);
        return true;
    }

    void delete(Tx tx, long personId) throws SQLException {
        tx.update("delete from upstream_key where person_id = ?", personId);
        tx.update("delete from upstream_token_set where person_id = ?", personId);
        RefreshesUnderWay.forget(tx, personId);
    }

    private static boolean canBeOpened(Tx tx, long personId, long generation, List<Grant> live)
            throws SQLException {
        Set<String> keyed =
                Set.copyOf(
                        tx.all(
                                "select grant_id from upstream_key"
                                        + " where person_id = ? and generation = ?",
                                row -> row.getString(1),
                                personId,
                                generation));
        return live.stream().map(grant -> grant.id().value()).anyMatch(keyed::contains);
    }

    private static Sealed readSealed(ResultSet row) throws SQLException {
        return new Sealed(
                row.getLong("generation"),
                Tx.instant(row, "written_at").orElseThrow(),
                row.getBytes("sealed"),
                row.getBytes("key_sealed"));
    }

    private static Head readHead(ResultSet row) throws SQLException {
        return new Head(
                row.getLong("generation"),
                SetOrder.of(number(row, "upstream_grant"), number(row, "counter")));
    }

    private static Long number(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : value;
    }
}
