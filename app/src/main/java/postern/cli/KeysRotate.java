package postern.cli;

import postern.app.StartRefused;
import postern.vault.KeyFile;
import postern.vault.KeyId;
import postern.vault.KeyRefused;
import postern.vault.KeyRotation;
import postern.vault.MasterKeys;

import java.util.Optional;
import java.util.function.Consumer;

/**
 * A new master key beside a running server. Each step leaves a state in which everything opens, and
 * a second run goes on after the last step that was done.
 */
final class KeysRotate {
    private static final String AGAIN = "run 'postern keys rotate' again";

    private final Operation operation;
    private final KeyRotation rotation;
    private final ServerKeys server;
    private final Consumer<String> out;

    KeysRotate(Operation operation, Consumer<String> out) {
        this.operation = operation;
        this.rotation = operation.rotation();
        this.server = new ServerKeys(operation);
        this.out = out;
    }

    int run() throws StartRefused {
        try {
            return operation.keyFile().isPresent()
                    ? inFile(operation.keyFile().get())
                    : new KeysOfSetting(operation, out).rotate();
        } catch (KeyRefused refused) {
            throw new StartRefused(refused.getMessage(), refused);
        }
    }

    private int inFile(KeyFile file) throws StartRefused, KeyRefused {
        MasterKeys keys = withFreshKey(file);
        KeyId fresh = rotation.pending().orElseThrow();
        server.await(ids -> ids.contains(fresh), AGAIN);
        out.accept("the server can open with key " + fresh);
        if (!keys.first().equals(fresh)) {
            keys = keys.withFirst(fresh);
            file.replace(keys);
            out.accept("key " + fresh + " is the first in " + file.path());
        }
        server.await(ids -> ids.getFirst().equals(fresh), AGAIN);
        out.accept("the server seals with key " + fresh);
        out.accept("inner keys sealed anew: " + rotation.reseal(keys));
        rotation.finish();
        out.accept("done; 'postern keys status' says when the old key can go");
        out.accept(
                "copy "
                        + file.path()
                        + " to where you keep its copy: backups made from now on"
                        + " need the new key");
        return 0;
    }

    private MasterKeys withFreshKey(KeyFile file) throws KeyRefused {
        MasterKeys keys = operation.keys();
        Optional<KeyId> pending = rotation.pending().filter(keys::has);
        if (pending.isPresent()) {
            out.accept("going on with the rotation to key " + pending.get());
            return keys;
        }
        MasterKeys more = keys.withNewKey(operation.clocks().random());
        rotation.begin(more.last(), operation.clocks().instants().instant());
        out.accept("rotation to key " + more.last() + " begins");
        file.replace(more);
        out.accept("key " + more.last() + " is the last in " + file.path());
        return more;
    }
}
