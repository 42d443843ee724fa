package postern.cli;

import postern.access.SealedTokens;
import postern.app.StartRefused;
import postern.vault.KeyFile;
import postern.vault.KeyId;
import postern.vault.KeyUse;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Which keys there are, what needs them, and what to do next. */
final class KeysStatus {
    private final Operation operation;
    private final Consumer<String> out;

    KeysStatus(Operation operation, Consumer<String> out) {
        this.operation = operation;
        this.out = out;
    }

    int run() throws StartRefused {
        List<KeyId> ids = operation.keys().ids();
        out.accept("master keys in " + where() + ":");
        for (KeyId id : ids) {
            out.accept("  " + id + (id.equals(ids.getFirst()) ? "  seals and opens" : "  opens"));
        }
        out.accept(server());
        SealedValues values = SealedValues.in(operation.database());
        table(values);
        for (String line : next(values)) out.accept("next: " + line);
        return 0;
    }

    private String where() {
        return operation
                .keyFile()
                .map(KeyFile::path)
                .map(Path::toString)
                .orElse("POSTERN_MASTER_KEY");
    }

    private String server() throws StartRefused {
        if (!operation.isServerRunning()) return "no server is running";
        return "the server works with: "
                + operation.rotation().loaded().map(KeysStatus::shown).orElse("not known yet");
    }

    private static String shown(List<KeyId> ids) {
        return ids.stream().map(KeyId::toString).collect(Collectors.joining(" "));
    }

    private void table(SealedValues values) {
        var columns = new TreeSet<>(values.needed());
        operation.keys().ids().forEach(id -> columns.add(id.toString()));
        var head = new StringBuilder(String.format("%-30s", "sealed values by key"));
        columns.forEach(id -> head.append(String.format("%10s", id)));
        out.accept(head.toString());
        for (KeyUse kind : values.kinds()) {
            var line = new StringBuilder(String.format("  %-28s", kind.what()));
            columns.forEach(
                    id -> line.append(String.format("%10d", kind.rows().getOrDefault(id, 0L))));
            out.accept(line.toString());
        }
    }

    private List<String> next(SealedValues values) throws StartRefused {
        List<String> lines = new ArrayList<>();
        List<KeyId> ids = operation.keys().ids();
        Optional<KeyId> pending = operation.rotation().pending().filter(operation.keys()::has);
        boolean innerBehind = ids.stream().skip(1).anyMatch(id -> values.inner(id) > 0);
        if (pending.isPresent()) {
            lines.add(
                    "a rotation to key "
                            + pending.get()
                            + " was cut off: run 'postern keys"
                            + " rotate' again, it goes on where it ended");
        } else if (innerBehind) {
            lines.add(
                    "run 'postern keys rotate', so that the inner keys need key " + ids.getFirst());
        }
        if (operation.isServerRunning()
                && !operation.rotation().loaded().equals(Optional.of(ids))) {
            lines.add(
                    "the server works with other keys than "
                            + where()
                            + " has: if this stays so for more than 10 seconds, see its log, or"
                            + " restart it");
        }
        for (KeyId id : ids.subList(1, ids.size())) {
            if (pending.equals(Optional.of(id)) || values.inner(id) > 0) continue;
            lines.add(
                    values.all(id) == 0
                            ? "nothing needs key " + id + ": run 'postern keys retire " + id + "'"
                            : "key "
                                    + id
                                    + " is still needed; clients change over when they use"
                                    + " their token, so wait, or sign "
                                    + grants(id)
                                    + " of them out with 'postern keys retire "
                                    + id
                                    + " --force'");
        }
        for (String gone : values.needed()) lines.addAll(gone(gone));
        if (lines.isEmpty()) lines.add("nothing to do");
        return lines;
    }

    private List<String> gone(String text) {
        Optional<KeyId> id = KeyId.parse(text);
        if (id.isEmpty()) return List.of("some values are damaged: their clients sign in again");
        if (operation.keys().has(id.get())) return List.of();
        return List.of(
                "key "
                        + text
                        + " is missing in "
                        + where()
                        + ": put it back, or sign "
                        + grants(id.get())
                        + " clients out with 'postern keys retire "
                        + text
                        + " --force'");
    }

    private long grants(KeyId id) {
        return operation.database().read(tx -> SealedTokens.grantsNeeding(tx, id));
    }
}
