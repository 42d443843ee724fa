package postern.cli;

import postern.app.StartRefused;
import postern.vault.KeyId;
import postern.vault.KeyRefused;
import postern.vault.MasterKeys;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A rotation where the keys come from a setting: what this program can do, and what it cannot. */
final class KeysOfSetting {
    private static final int NOT_DONE = 1;

    private final Operation operation;
    private final Consumer<String> out;

    KeysOfSetting(Operation operation, Consumer<String> out) {
        this.operation = operation;
        this.out = out;
    }

    int rotate() throws StartRefused, KeyRefused {
        MasterKeys keys = operation.keys();
        if (keys.ids().size() == 1) {
            out.accept(
                    "the master key comes from POSTERN_MASTER_KEY, which this command cannot"
                            + " change. Do this:");
            out.accept("1. make a key: openssl rand -base64 32");
            out.accept(
                    "2. set POSTERN_MASTER_KEY (or the file that POSTERN_MASTER_KEY_FILE names)"
                            + " to the new key, a space, and the old key");
            out.accept("3. restart the server");
            out.accept("4. run 'postern keys rotate' again, with the same setting");
            return NOT_DONE;
        }
        Optional<List<KeyId>> loaded = operation.rotation().loaded();
        if (operation.isServerRunning() && !loaded.equals(Optional.of(keys.ids()))) {
            out.accept(
                    "the running server works with other keys than POSTERN_MASTER_KEY has here:"
                            + " restart it with the same setting, then run this again");
            return NOT_DONE;
        }
        out.accept("inner keys sealed anew: " + operation.rotation().reseal(keys));
        out.accept("done; 'postern keys status' says when the old key can go");
        return 0;
    }

    /** What the operator does before the rest can be done. */
    int retire(KeyId id) {
        int place = operation.keys().ids().indexOf(id) + 1;
        out.accept(
                "take key "
                        + id
                        + ", the "
                        + ordinal(place)
                        + " in POSTERN_MASTER_KEY, out of the setting and restart the server; then"
                        + " run 'postern keys status'");
        return NOT_DONE;
    }

    private static String ordinal(int place) {
        return switch (place) {
            case 2 -> "second";
            case 3 -> "third";
            default -> place + "th";
        };
    }
}
