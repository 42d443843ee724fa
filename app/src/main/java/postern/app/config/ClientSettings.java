package postern.app.config;

import postern.core.Secret;
import postern.oauth.client.DocumentPolicy;

import java.nio.file.Path;

/** Which clients there may be, and how they become known; {@link Settings#ALL} has it too. */
final class ClientSettings {
    private ClientSettings() {}

    static final Setting<Path> CLIENTS_FILE =
            new Setting<>(
                    "POSTERN_CLIENTS_FILE",
                    "",
                    "/etc/postern/clients.json",
                    false,
                    "Clients that you register yourself, and resource servers that may ask about"
                            + " tokens. Without it, `clients.json` in the data folder if it is"
                            + " there.",
                    "",
                    Path::of);

    static final Setting<DocumentPolicy> CLIENT_DOCUMENTS =
            new Setting<>(
                    "POSTERN_CLIENT_DOCUMENTS",
                    "open",
                    "shipped",
                    false,
                    "Which clients may name themselves by a URL (Client ID Metadata Documents):"
                            + " `open`, anybody; `shipped`, only Claude, Claude Code, VS Code,"
                            + " ChatGPT and Codex, of whose documents this program carries copies;"
                            + " `off`, none.",
                    "With `open`, this server fetches from public addresses that strangers name,"
                            + " within limits.",
                    Values::documentPolicy);

    static final Setting<Boolean> ALLOW_PRIVATE_CLIENT_DOCUMENTS =
            new Setting<>(
                    "POSTERN_ALLOW_PRIVATE_CLIENT_DOCUMENTS",
                    "false",
                    "true",
                    false,
                    "Lets client documents be fetched from addresses that are not public, for a"
                            + " network without internet, and for tests.",
                    "Anybody who reaches this server can then make it send requests into your own"
                            + " network. Logged at every start.",
                    Values::bool);

    static final Setting<String> REGISTRATION =
            new Setting<>(
                    "POSTERN_REGISTRATION",
                    "open",
                    "token",
                    false,
                    "Who may register a client (RFC 7591): `open`, anybody; `token`, who has"
                            + " `POSTERN_REGISTRATION_TOKEN`; `off`, nobody.",
                    "Several clients cannot connect without registering: Cursor and mcp-remote"
                            + " send no token.",
                    Values::registration);

    static final Setting<Secret> REGISTRATION_TOKEN =
            new Setting<>(
                    "POSTERN_REGISTRATION_TOKEN",
                    "",
                    "32 or more letters and digits",
                    true,
                    "The bearer token that a registration must carry where `POSTERN_REGISTRATION`"
                            + " is `token`.",
                    "",
                    Values::secret);
}
