package postern.cli.setup;

import postern.app.StartRefused;
import postern.core.Secret;
import postern.forge.admin.OperatorCredentials;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where the operator's token or password comes from: a file, standard input, a variable, or a
 * prompt.
 */
final class CredentialsSource {
    static final String TOKEN_VARIABLE = "POSTERN_SETUP_TOKEN";
    static final String PASSWORD_VARIABLE = "POSTERN_SETUP_PASSWORD";

    private static final int MAX_BYTES = 4096;
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{1,4096}");

    private final SetupArguments arguments;
    private final Map<String, String> environment;
    private final InputStream stdin;
    private final Terminal terminal;

    CredentialsSource(
            SetupArguments arguments,
            Map<String, String> environment,
            InputStream stdin,
            Terminal terminal) {
        this.arguments = arguments;
        this.environment = environment;
        this.stdin = stdin;
        this.terminal = terminal;
    }

    OperatorCredentials find() throws StartRefused {
        Optional<String> login = arguments.login();
        Optional<Secret> given = given(login.isPresent() ? PASSWORD_VARIABLE : TOKEN_VARIABLE);
        if (given.isEmpty() && login.isEmpty()) {
            given =
                    terminal.askHidden(
                            "Access token with the scope write:user (Enter to use login and"
                                    + " password):");
            if (given.isEmpty()) login = terminal.ask("Login at the forge:");
        }
        if (given.isEmpty() && login.isPresent()) {
            given = terminal.askHidden("Password of " + login.get() + ":");
        }
        if (given.isEmpty()) {
            throw new StartRefused(
                    "an access token is missing: make one in Forgejo, Settings, Applications, with"
                            + " the scope write:user, and use --token-file, --token-stdin or "
                            + TOKEN_VARIABLE
                            + "; or --user LOGIN with --password-file, --password-stdin or "
                            + PASSWORD_VARIABLE);
        }
        Secret secret = given.get();
        if (login.isPresent()) return new OperatorCredentials.Password(login.get(), secret);
        if (!secret.useText(text -> TOKEN.matcher(text).matches())) {
            throw new StartRefused("an access token is one line of visible ASCII characters");
        }
        return new OperatorCredentials.Token(secret);
    }

    private Optional<Secret> given(String variable) throws StartRefused {
        if (arguments.secretFile().isPresent()) return Optional.of(ofFile());
        if (arguments.secretOnStdin()) return Optional.of(ofStdin());
        return Optional.ofNullable(environment.get(variable))
                .filter(text -> !text.isBlank())
                .map(text -> Secret.ofUtf8(text.strip()));
    }

    private Secret ofFile() throws StartRefused {
        Path file = arguments.secretFile().orElseThrow();
        try (InputStream in = Files.newInputStream(file)) {
            return line(in, "the file " + file);
        } catch (IOException unreadable) {
            throw new StartRefused("the file cannot be read: " + file, unreadable);
        }
    }

    private Secret ofStdin() throws StartRefused {
        try {
            return line(stdin, "standard input");
        } catch (IOException unreadable) {
            throw new StartRefused("standard input cannot be read", unreadable);
        }
    }

    private static Secret line(InputStream in, String where) throws IOException, StartRefused {
        byte[] bytes = in.readNBytes(MAX_BYTES + 1);
        String text = new String(bytes, StandardCharsets.UTF_8).strip();
        if (bytes.length > MAX_BYTES || text.isEmpty() || text.lines().count() > 1) {
            throw new StartRefused(where + " must hold one line: the token or the password");
        }
        return Secret.ofUtf8(text);
    }
}
