package postern.app.config;

import postern.access.MemberList;
import postern.core.Secret;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The settings of this program itself; {@link #ALL} is every setting there is, in the order of the
 * reference page.
 */
public final class Settings {
    private Settings() {}

    static final Setting<URI> PUBLIC_URL =
            new Setting<>(
                    "POSTERN_PUBLIC_URL",
                    "",
                    "https://mcp.example.org",
                    false,
                    "The address that clients and browsers use, without a path. Without it, the"
                            + " address that is listened on.",
                    "Clients are bound to it: after a change they must be connected anew.",
                    Values::publicUrl);

    static final Setting<Secret> MASTER_KEY =
            new Setting<>(
                    "POSTERN_MASTER_KEY",
                    "",
                    "the output of: openssl rand -base64 32",
                    true,
                    "The key that seals what is stored: 32 bytes in base64. Several keys may be"
                        + " separated by white space; the first seals, all open. Without it, the"
                        + " file `master.key` in the key folder is used, and made at the first"
                        + " start. A file that holds it is refused when others than its owner can"
                        + " use it. Files of other secrets are not checked, since containers often"
                        + " mount them readable by all.",
                    "Without the key that a database was made with, the server does not start on"
                            + " it.",
                    Values::secret);

    static final Setting<MemberList> ALLOW =
            new Setting<>(
                    "POSTERN_ALLOW",
                    "",
                    "alice, example-org, example-org/maintainers",
                    false,
                    "Who may come in: logins, organisations, and teams written `ORG/TEAM`,"
                        + " separated by commas or white space. A plain name is a login or an"
                        + " organisation, since Forgejo has one namespace for both. Without it,"
                        + " everybody who can sign in there. With the built-in sign-in, names of"
                        + " people only; not with an OpenID Connect provider, which can limit who"
                        + " may use this client.",
                    "Somebody who is removed loses access when the tokens at Forgejo are next"
                        + " renewed, after an hour at the latest; a changed list counts for"
                        + " everybody from the next start. Whoever has a named login at the time is"
                        + " let in: name teams or organisations where logins are given away anew.",
                    MemberList::parse);

    static final Setting<MemberList> ADMINS =
            new Setting<>(
                    "POSTERN_ADMINS",
                    "",
                    "example-org/postern-admins",
                    false,
                    "Who administers this installation, written as in `POSTERN_ALLOW`. They may"
                        + " come in whatever that says. Without it, nobody is an administrator.",
                    "The role ends with its check: an hour after the last one, whether Forgejo can"
                            + " be asked then or not.",
                    MemberList::parse);

    static final Setting<InetSocketAddress> LISTEN =
            new Setting<>(
                    "POSTERN_LISTEN",
                    "127.0.0.1:8080",
                    "0.0.0.0:8080",
                    false,
                    "Address and port to listen on, plain HTTP; port 0 picks a free one. For the"
                            + " internet, a reverse proxy in front speaks HTTPS.",
                    "",
                    Values::address);

    static final Setting<List<String>> TRUSTED_PROXIES =
            new Setting<>(
                    "POSTERN_TRUSTED_PROXIES",
                    "",
                    "127.0.0.1,10.0.0.0/8",
                    false,
                    "Addresses or networks of reverse proxies whose `X-Forwarded-For` or"
                            + " `Forwarded` is believed.",
                    "Too few: all people share the proxy's limits. Too many: anybody can choose the"
                        + " address that limits count by. `X-Forwarded-For` counts before"
                        + " `Forwarded`: a proxy that sets only the latter must remove the former.",
                    Values::list);

    static final Setting<Path> DATA_DIR =
            new Setting<>(
                    "POSTERN_DATA_DIR",
                    "./data",
                    "/var/lib/postern",
                    false,
                    "Folder of the database. A copy of it holds no key.",
                    "",
                    Path::of);

    static final Setting<Path> KEY_DIR =
            new Setting<>(
                    "POSTERN_KEY_DIR",
                    "./keys",
                    "/etc/postern/keys",
                    false,
                    "Folder of the master key file; keep it apart from the data and its backups.",
                    "",
                    Path::of);

    static final Setting<Path> SERVERS_FILE =
            new Setting<>(
                    "POSTERN_SERVERS_FILE",
                    "",
                    "/etc/postern/mcp-servers.json",
                    false,
                    "The MCP servers to offer, in the format that MCP clients use. Without it,"
                        + " `mcp-servers.json` in the data folder; without that file `forgejo-mcp`,"
                        + " or with the built-in sign-in a small built-in server.",
                    "",
                    Path::of);

    static final Setting<Boolean> ALLOW_SHARED_UID =
            new Setting<>(
                    "POSTERN_ALLOW_SHARED_UID",
                    "false",
                    "true",
                    false,
                    "Lets servers that are not marked `\"trusted\": true` run under this server's"
                            + " own user.",
                    "Such a program can read the files and the environment of this server and of"
                            + " its other children. Logged at every start.",
                    Values::bool);

    static final Setting<Duration> SESSION_IDLE =
            new Setting<>(
                    "POSTERN_SESSION_IDLE",
                    "30m",
                    "2h",
                    false,
                    "How long a session may be without a message before its child is stopped; 10s"
                            + " to 24h.",
                    "Lower: people meet a cold start after a short pause. Higher: a forgotten"
                            + " client keeps its child, 30 to 100 MB, that much longer.",
                    Values.duration(Duration.ofSeconds(1), Duration.ofHours(24)));

    static final Setting<Integer> CHILDREN_PER_GRANT =
            new Setting<>(
                    "POSTERN_CHILDREN_PER_GRANT",
                    "5",
                    "10",
                    false,
                    "How many children one connected client of one person may have; 1 to 100.",
                    "Lower: somebody with several windows loses the one that was idle longest."
                            + " Higher: one person can take the whole machine.",
                    Values.integer(1, 100));

    static final Setting<Integer> CHILDREN_MAX =
            new Setting<>(
                    "POSTERN_CHILDREN_MAX",
                    "50",
                    "200",
                    false,
                    "How many children there may be in all; 1 to 5000.",
                    "Each takes three threads here and the memory of its own program.",
                    Values.integer(1, 5000));

    static final Setting<Duration> REFRESH_GRACE =
            new Setting<>(
                    "POSTERN_REFRESH_GRACE",
                    "120s",
                    "0s",
                    false,
                    "How long a rotated refresh token still yields the newest one of its chain; 0s"
                            + " to 60m.",
                    "Lower: clients that refresh in parallel or lose an answer are signed out."
                            + " Higher: a stolen old token stays useful that much longer.",
                    Values.duration(Duration.ZERO, Duration.ofMinutes(60)));

    static final Setting<LogFormat> LOG_FORMAT =
            new Setting<>(
                    "POSTERN_LOG_FORMAT",
                    "auto",
                    "json",
                    false,
                    "`json`, `text`, or `auto`: text on a terminal and JSON elsewhere. The log goes"
                            + " to stderr.",
                    "",
                    LogFormat::parse);

    static final List<Setting<?>> ALL =
            List.of(
                    PUBLIC_URL,
                    ForgejoSettings.URL,
                    ForgejoSettings.CLIENT_ID,
                    ForgejoSettings.CLIENT_SECRET,
                    MASTER_KEY,
                    ForgejoSettings.INTERNAL_URL,
                    ForgejoSettings.SCOPES,
                    ALLOW,
                    ADMINS,
                    ForgejoSettings.RELAY_ALLOW,
                    OidcSettings.ISSUER,
                    OidcSettings.CLIENT_ID,
                    OidcSettings.CLIENT_SECRET,
                    OidcSettings.SCOPES,
                    OidcSettings.NAME,
                    LISTEN,
                    TRUSTED_PROXIES,
                    DATA_DIR,
                    KEY_DIR,
                    SERVERS_FILE,
                    ClientSettings.CLIENTS_FILE,
                    ClientSettings.CLIENT_DOCUMENTS,
                    ClientSettings.ALLOW_PRIVATE_CLIENT_DOCUMENTS,
                    ClientSettings.REGISTRATION,
                    ClientSettings.REGISTRATION_TOKEN,
                    ALLOW_SHARED_UID,
                    SESSION_IDLE,
                    CHILDREN_PER_GRANT,
                    CHILDREN_MAX,
                    REFRESH_GRACE,
                    LOG_FORMAT);
}
