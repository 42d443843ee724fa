package postern.cli.setup;

import postern.app.StartRefused;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The command line of setup.
 *
 * @param name of the application at the forge; empty: not chosen
 * @param login whose password is used; empty: an access token is
 * @param secretFile holds the token or the password
 * @param secretOnStdin the token or the password is the first line of standard input
 * @param force an existing file may be replaced
 * @param check look at what is registered, make nothing
 * @param settings flags of settings, as the server takes them
 */
record SetupArguments(
        Optional<String> name,
        Optional<String> login,
        Optional<Path> secretFile,
        boolean secretOnStdin,
        Path envFile,
        boolean force,
        boolean check,
        List<String> settings) {
    private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}]{1,100}");
    private static final Pattern LOGIN = Pattern.compile("[^\\p{Cntrl}\\s:]{1,255}");

    /** The command line has something that is not ours. */
    static final class UnknownFlag extends Exception {
        private static final long serialVersionUID = 1L;

        UnknownFlag() {
            super("unknown flag", null, false, false);
        }
    }

    SetupArguments {
        settings = List.copyOf(settings);
    }

    /**
     * @throws StartRefused with what is wrong; never repeats a value, which may be a secret
     */
    static SetupArguments parse(List<String> arguments) throws StartRefused, UnknownFlag {
        return new Parser(arguments).parse();
    }

    /** For one thread. */
    private static final class Parser {
        private final List<String> left;
        private final List<String> settings = new ArrayList<>();
        private Optional<String> name = Optional.empty();
        private Optional<String> login = Optional.empty();
        private Optional<Path> secretFile = Optional.empty();
        private Path envFile = Path.of(".env");
        private boolean stdin;
        private boolean force;
        private boolean check;

        Parser(List<String> arguments) {
            this.left = new ArrayList<>(arguments);
        }

        SetupArguments parse() throws StartRefused, UnknownFlag {
            while (!left.isEmpty()) {
                String argument = left.removeFirst();
                int equals = argument.indexOf('=');
                String flag = equals < 0 ? argument : argument.substring(0, equals);
                if (equals >= 0) left.addFirst(argument.substring(equals + 1));
                take(flag);
            }
            if (stdin && secretFile.isPresent()) {
                throw new StartRefused("name one place of the token or password, not two");
            }
            return new SetupArguments(
                    name, login, secretFile, stdin, envFile, force, check, settings);
        }

        private void take(String flag) throws StartRefused, UnknownFlag {
            switch (flag) {
                case "--name" -> name = Optional.of(matching(flag, NAME));
                case "--user" -> login = Optional.of(matching(flag, LOGIN));
                case "--token-file", "--password-file" -> secretFile = Optional.of(path(flag));
                case "--token-stdin", "--password-stdin" -> stdin = true;
                case "--env-file" -> envFile = path(flag);
                case "--force" -> force = true;
                case "--check" -> check = true;
                case "--token", "--password" ->
                        throw new StartRefused(
                                flag
                                        + " would show a secret to everybody on this machine: use "
                                        + flag
                                        + "-file FILE or "
                                        + flag
                                        + "-stdin");
                case "--public-url", "--forgejo-url", "--forgejo-internal-url" -> {
                    settings.add(flag);
                    settings.add(value(flag));
                }
                default -> throw new UnknownFlag();
            }
        }

        private Path path(String flag) throws StartRefused {
            try {
                return Path.of(value(flag));
            } catch (InvalidPathException notAPath) {
                throw new StartRefused(flag + " needs the name of a file", notAPath);
            }
        }

        private String matching(String flag, Pattern shape) throws StartRefused {
            String value = value(flag);
            if (shape.matcher(value).matches()) return value;
            throw new StartRefused(flag + " needs a short text without control characters");
        }

        private String value(String flag) throws StartRefused {
            if (left.isEmpty()) throw new StartRefused(flag + " needs a value");
            return left.removeFirst();
        }
    }
}
