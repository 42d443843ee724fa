package postern.cli;

import postern.access.SealedTokens;
import postern.oauth.authorize.PendingSignIns;
import postern.store.Database;
import postern.vault.KeyId;
import postern.vault.KeyRotation;
import postern.vault.KeyUse;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Everything in the database that needs a master key, as each room counts its own. */
record SealedValues(List<KeyUse> kinds) {
    static SealedValues in(Database database) {
        return database.read(tx -> {
            var kinds = new ArrayList<KeyUse>();
            kinds.add(KeyRotation.use(tx));
            kinds.addAll(SealedTokens.use(tx));
            kinds.add(PendingSignIns.use(tx));
            return new SealedValues(List.copyOf(kinds));
        });
    }

    /** Values that only a rotation seals anew. */
    long inner(KeyId id) {
        return kinds.getFirst().of(id);
    }

    long all(KeyId id) {
        return kinds.stream().mapToLong(kind -> kind.of(id)).sum();
    }

    /** Every key that something needs, also those that are gone. */
    TreeSet<String> needed() {
        var ids = new TreeSet<String>();
        kinds.forEach(kind -> ids.addAll(kind.rows().keySet()));
        return ids;
    }
}
