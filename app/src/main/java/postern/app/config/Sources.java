package postern.app.config;

import postern.vault.KeyRefused;
import postern.vault.MasterKeys;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The raw texts of settings: flags first, then variables, then files named by variables. */
final class Sources {
    /** Read by the launcher script, not by the program. */
    private static final Set<String> LAUNCHER_VARIABLES = Set.of("POSTERN_JAVA_OPTIONS");

    private static final int MAX_FILE_BYTES = 64 * 1024;

    private final Map<String, String> environment;
    private final Map<String, String> flags = new HashMap<>();
    private final List<Problem> problems = new ArrayList<>();

    /** A text and where it came from. */
    record Found(String text, String source) {}

    Sources(Map<String, String> environment, List<String> arguments) {
        this.environment = environment;
        readFlags(arguments);
        for (String name : new TreeSet<>(environment.keySet())) refuseUnknown(name);
    }

    List<Problem> problems() {
        return problems;
    }

    private void readFlags(List<String> arguments) {
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            int equals = argument.indexOf('=');
            String flag = equals < 0 ? argument : argument.substring(0, equals);
            Optional<Setting<?>> setting =
                    Settings.ALL.stream().filter(s -> s.flag().equals(flag)).findFirst();
            if (setting.isEmpty()) {
                List<String> known = Settings.ALL.stream().map(Setting::flag).toList();
                problems.add(
                        new Problem(
                                flag,
                                "is not a flag, did you mean " + nearest(flag, known) + "?",
                                ""));
            } else if (setting.get().secret()) {
                problems.add(
                        new Problem(
                                flag,
                                "would show a secret to everybody on this machine: use "
                                        + setting.get().fileVariable(),
                                ""));
                if (equals < 0) i++;
            } else if (equals >= 0) {
                flags.put(setting.get().name(), argument.substring(equals + 1));
            } else if (i + 1 < arguments.size()) {
                flags.put(setting.get().name(), arguments.get(++i));
            } else {
                problems.add(new Problem(flag, "needs a value", setting.get().example()));
            }
        }
    }

    private void refuseUnknown(String name) {
        if (!name.startsWith(Setting.PREFIX) || LAUNCHER_VARIABLES.contains(name)) return;
        boolean known =
                Settings.ALL.stream()
                        .anyMatch(s -> s.name().equals(name) || s.fileVariable().equals(name));
        if (known) return;
        List<String> names = new ArrayList<>(Settings.ALL.stream().map(Setting::name).toList());
        problems.add(
                new Problem(
                        name, "is not a setting, did you mean " + nearest(name, names) + "?", ""));
    }

    Optional<Found> find(Setting<?> setting) {
        String flag = flags.get(setting.name());
        if (flag != null) return Optional.of(new Found(flag, setting.flag()));
        String value = environment.getOrDefault(setting.name(), "");
        String file = environment.getOrDefault(setting.fileVariable(), "");
        if (!value.isEmpty() && !file.isEmpty()) {
            problems.add(
                    new Problem(
                            setting.name(), "and " + setting.fileVariable() + " are both set", ""));
        }
        if (!value.isEmpty()) return Optional.of(new Found(value, setting.name()));
        return file.isEmpty() ? Optional.empty() : readFile(setting, Path.of(file));
    }

    private Optional<Found> readFile(Setting<?> setting, Path file) {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) throw new IOException("too large");
            if (setting == Settings.MASTER_KEY) MasterKeys.refuseOpen(file);
            return Optional.of(
                    new Found(Files.readString(file).strip(), setting.fileVariable() + "=" + file));
        } catch (IOException unreadable) {
            problems.add(
                    new Problem(setting.fileVariable(), "names a file that cannot be read", ""));
            return Optional.empty();
        } catch (KeyRefused open) {
            problems.add(
                    new Problem(setting.fileVariable(), "is refused: " + open.getMessage(), ""));
            return Optional.empty();
        }
    }

    static String nearest(String name, List<String> known) {
        String best = known.getFirst();
        for (String candidate : known) {
            if (distance(name, candidate) < distance(name, best)) best = candidate;
        }
        return best;
    }

    /** Levenshtein: how many single-character edits lie between two names. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) row[j] = j;
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
