package postern.cli;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The command line of {@code postern grants}.
 *
 * @param settings what is left for the settings, for example {@code --data-dir}
 */
record GrantsArguments(
        Action action,
        Optional<String> grant,
        Optional<String> user,
        Optional<String> client,
        boolean all,
        boolean json,
        List<String> settings) {
    enum Action {
        LIST,
        REVOKE
    }

    /** Empty when it is not one of the command lines that there are. */
    static Optional<GrantsArguments> parse(List<String> arguments) {
        if (arguments.isEmpty()) return Optional.empty();
        Optional<Action> action =
                switch (arguments.getFirst()) {
                    case "list" -> Optional.of(Action.LIST);
                    case "revoke" -> Optional.of(Action.REVOKE);
                    default -> Optional.empty();
                };
        if (action.isEmpty()) return Optional.empty();
        var read = new Reading();
        boolean understood = read.all(arguments.subList(1, arguments.size()).iterator());
        var parsed =
                new GrantsArguments(
                        action.get(),
                        read.grant,
                        read.user,
                        read.client,
                        read.all,
                        read.json,
                        List.copyOf(read.settings));
        return understood && parsed.isMeant() ? Optional.of(parsed) : Optional.empty();
    }

    private boolean isMeant() {
        long targets =
                List.of(grant.isPresent(), user.isPresent(), client.isPresent(), all).stream()
                        .filter(given -> given)
                        .count();
        return switch (action) {
            case LIST -> grant.isEmpty() && client.isEmpty() && !all;
            case REVOKE -> targets == 1 && !json;
        };
    }

    private static final class Reading {
        private Optional<String> grant = Optional.empty();
        private Optional<String> user = Optional.empty();
        private Optional<String> client = Optional.empty();
        private boolean all;
        private boolean json;
        private final List<String> settings = new ArrayList<>();

        private boolean all(Iterator<String> words) {
            while (words.hasNext()) {
                if (!one(words.next(), words)) return false;
            }
            return true;
        }

        private boolean one(String word, Iterator<String> rest) {
            switch (word) {
                case "--all" -> all = true;
                case "--json" -> json = true;
                case "--user" -> {
                    if (!rest.hasNext() || user.isPresent()) return false;
                    user = Optional.of(rest.next());
                }
                case "--client" -> {
                    if (!rest.hasNext() || client.isPresent()) return false;
                    client = Optional.of(rest.next());
                }
                default -> {
                    return other(word, rest);
                }
            }
            return true;
        }

        /** An id of a grant may begin with dashes, but then it has capitals or digits as well. */
        private boolean other(String word, Iterator<String> rest) {
            if (FLAG.matcher(word).matches()) {
                settings.add(word);
                if (!word.contains("=") && rest.hasNext()) settings.add(rest.next());
                return true;
            }
            if (grant.isPresent()) return false;
            grant = Optional.of(word);
            return true;
        }
    }

    private static final Pattern FLAG = Pattern.compile("--[a-z-]+(=.*)?", Pattern.DOTALL);
}
