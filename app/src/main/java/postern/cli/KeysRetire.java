package postern.cli;

import postern.access.SealedTokens;
import postern.app.StartRefused;
import postern.oauth.authorize.PendingSignIns;
import postern.vault.KeyFile;
import postern.vault.KeyId;
import postern.vault.KeyRefused;

import java.util.Optional;
import java.util.function.Consumer;

/**
 * Removes an old master key. By force it goes first and then the grants that need it, so that a
 * leaked key is of no use from the first moment on; a second run ends what is left.
 */
final class KeysRetire {
    private final Operation operation;
    private final Consumer<String> out;

    KeysRetire(Operation operation, Consumer<String> out) {
        this.operation = operation;
        this.out = out;
    }

    int run(KeyId id, boolean force) throws StartRefused {
        SealedValues values = SealedValues.in(operation.database());
        refuseNeeded(id, values, force);
        if (operation.keys().has(id)) {
            Optional<KeyFile> file = operation.keyFile();
            if (file.isEmpty()) return new KeysOfSetting(operation, out).retire(id);
            remove(id, file.get());
        }
        if (values.all(id) > 0) end(id);
        out.accept("done: key " + id + " is gone; destroy its copies");
        return 0;
    }

    private void refuseNeeded(KeyId id, SealedValues values, boolean force) throws StartRefused {
        boolean present = operation.keys().has(id);
        if (present && operation.keys().first().equals(id)) {
            throw new StartRefused("key " + id + " seals: run 'postern keys rotate' first");
        }
        if (values.inner(id) > 0 || operation.rotation().pending().equals(Optional.of(id))) {
            throw new StartRefused(
                    "key "
                            + id
                            + " is part of an unfinished rotation: run 'postern keys rotate'"
                            + " first");
        }
        long needing = values.all(id);
        if (!present && needing == 0) {
            throw new StartRefused("there is no key " + id + ": see 'postern keys status'");
        }
        if (operation.isServerRunning()
                && operation
                        .rotation()
                        .loaded()
                        .filter(ids -> ids.getFirst().equals(id))
                        .isPresent()) {
            throw new StartRefused(
                    "the running server seals with key " + id + ": restart it, then try again");
        }
        if (needing > 0 && !force) {
            throw new StartRefused(
                    "key "
                            + id
                            + " is needed by "
                            + needing
                            + " sealed values: wait until clients"
                            + " have used their tokens, or add --force, which signs out "
                            + grants(id)
                            + " of them at once");
        }
    }

    private void remove(KeyId id, KeyFile file) throws StartRefused {
        try {
            file.replace(operation.keys().without(id));
        } catch (KeyRefused refused) {
            throw new StartRefused(refused.getMessage(), refused);
        }
        out.accept("key " + id + " is removed from " + file.path());
        new ServerKeys(operation)
                .await(
                        ids -> !ids.contains(id),
                        "run 'postern keys retire " + id + " --force' again");
        out.accept("the server does not open with it any more");
    }

    private void end(KeyId id) {
        long ended =
                SealedTokens.endNeeding(
                        operation.database(), id, operation.clocks().instants().instant());
        operation
                .database()
                .write(tx -> {
                    PendingSignIns.forgetNeeding(tx, id);
                    return 0;
                });
        out.accept("grants ended, their clients sign in again: " + ended);
    }

    private long grants(KeyId id) {
        return operation.database().read(tx -> SealedTokens.grantsNeeding(tx, id));
    }
}
