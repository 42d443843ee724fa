package postern.forge;

import postern.access.Grant;
import postern.access.GrantId;
import postern.access.Person;
import postern.core.Secret;
import postern.vault.GrantSeal;
import postern.vault.Purpose;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The data key of one generation of a person's token set, fresh, with what it is sealed to. For one
 * thread at a time, and for one set.
 */
final class SetKeys implements AutoCloseable {
    private final GrantSeal seal;
    private final Person person;
    private final long generation;
    private final Secret dataKey;
    private final Map<GrantId, byte[]> ready = new HashMap<>();

    /** Nothing is sealed yet; {@link #sealedTo} does it when it is asked. */
    SetKeys(GrantSeal seal, Person person, long generation) {
        this.seal = seal;
        this.person = person;
        this.generation = generation;
        this.dataKey = seal.newDataKey();
    }

    /** Seals the data key to {@code grants}: about a millisecond for each. */
    void sealTo(List<Grant> grants) {
        for (Grant grant : grants) ready.put(grant.id(), sealNow(grant));
    }

    boolean isFor(Person other, long otherGeneration) {
        return person.id() == other.id() && generation == otherGeneration;
    }

    /** The data key for {@code grant}, sealed before or now. */
    byte[] sealedTo(Grant grant) {
        byte[] sealed = ready.get(grant.id());
        return sealed == null ? sealNow(grant) : sealed;
    }

    private byte[] sealNow(Grant grant) {
        return seal.sealTo(grant.publicKey(), dataKey, keyPurpose(person, generation, grant.id()));
    }

    byte[] sealedSet(Secret plain) {
        return seal.sealUnder(dataKey, plain, setPurpose(person, generation));
    }

    static Purpose setPurpose(Person person, long generation) {
        return Purpose.of(
                "upstream_token_set",
                "sealed",
                Long.toString(person.id()),
                person.issuer(),
                Long.toString(generation));
    }

    static Purpose keyPurpose(Person person, long generation, GrantId grant) {
        return Purpose.of(
                "upstream_key",
                "sealed",
                Long.toString(person.id()),
                person.issuer(),
                Long.toString(generation),
                grant.value());
    }

    @Override
    public void close() {
        dataKey.close();
    }
}
