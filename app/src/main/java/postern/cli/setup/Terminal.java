package postern.cli.setup;

import postern.core.Secret;

import java.io.Console;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Somebody who can be asked. */
public interface Terminal {
    /**
     * @return empty when there is nobody, or no answer
     */
    Optional<String> ask(String question);

    /** As {@link #ask}, without showing what is typed. */
    Optional<Secret> askHidden(String question);

    /** The terminal that this program was started from; nobody where input comes from elsewhere. */
    static Terminal ofProcess() {
        Console console = System.console();
        return console == null || !console.isTerminal() ? nobody() : new OfConsole(console);
    }

    static Terminal nobody() {
        return new Terminal() {
            @Override
            public Optional<String> ask(String question) {
                return Optional.empty();
            }

            @Override
            public Optional<Secret> askHidden(String question) {
                return Optional.empty();
            }
        };
    }

    /** A person at a keyboard. */
    record OfConsole(Console console) implements Terminal {
        @Override
        public Optional<String> ask(String question) {
            return Optional.ofNullable(console.readLine("%s ", question))
                    .map(String::strip)
                    .filter(answer -> !answer.isEmpty());
        }

        @Override
        public Optional<Secret> askHidden(String question) {
            char[] typed = console.readPassword("%s ", question);
            if (typed == null || typed.length == 0) return Optional.empty();
            byte[] bytes = StandardCharsets.UTF_8.encode(CharBuffer.wrap(typed)).array();
            int length = new String(typed).getBytes(StandardCharsets.UTF_8).length;
            Secret secret = new Secret(Arrays.copyOf(bytes, length));
            Arrays.fill(typed, ' ');
            Arrays.fill(bytes, (byte) 0);
            return Optional.of(secret);
        }
    }
}
