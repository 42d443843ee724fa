package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import postern.testkit.forgejo.Fault;
import postern.testkit.forgejo.ForgejoDoubleOptions;
import postern.testkit.forgejo.LoggedRequest;
import postern.testkit.forgejo.Personality;
import postern.testkit.mcp.McpClient;
import postern.testkit.secrets.SecretSearch;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A child that does all it can to see a real token, or the dummy token of another person's child,
 * and to reach another host through the relay.
 *
 * <p>One thing no relay can prevent: a process of the same user that shares the process table reads
 * the environment of the other child itself. That is why servers without containment have to be
 * trusted ones; docs/security.md says so, and {@link #a_hostile_child_gets_nothing} shows that it
 * is the only way.
 */
class HostileChildE2E {
    private static final String GIVEN =
            "Host: {AUTHORITY}\r\nAuthorization: token {TOKEN}\r\nConnection: close\r\n";
    private static final Pattern DUMMY = Pattern.compile("FORGEJO_ACCESS_TOKEN=([^\\x00]+)");

    /** Ways to hold a child, as far as this machine offers them. */
    enum Held {
        /** As the program does it: own session and parent-death signal where there are tools. */
        BY_THE_PROGRAM,
        /** The tools for that are missing. */
        BY_NO_TOOLS,
        /** The operator's command puts the child into a PID namespace. */
        BY_A_PID_NAMESPACE;

        private static final List<String> NAMESPACE =
                List.of("unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc");

        boolean isOffered() throws IOException, InterruptedException {
            if (this != BY_A_PID_NAMESPACE) return true;
            var command = new ArrayList<>(NAMESPACE);
            command.add("true");
            try {
                return new ProcessBuilder(command).start().waitFor() == 0;
            } catch (IOException missing) {
                return false;
            }
        }

        List<String> command(List<String> server) {
            if (this != BY_A_PID_NAMESPACE) return server;
            var command = new ArrayList<>(NAMESPACE);
            command.add("--kill-child");
            command.addAll(server);
            return command;
        }

        Map<String, String> environment(Path folder) throws IOException {
            if (this != BY_NO_TOOLS) return Map.of();
            Path tools = Files.createDirectory(folder.resolve("tools"));
            for (String place : System.getenv("PATH").split(":")) {
                if (!Files.isDirectory(Path.of(place))) continue;
                try (var programs = Files.list(Path.of(place))) {
                    for (Path program : (Iterable<Path>) programs::iterator) {
                        Path link = tools.resolve(program.getFileName());
                        boolean wanted = !link.toString().matches(".*/(setsid|setpriv)");
                        if (wanted && !Files.exists(link)) Files.createSymbolicLink(link, program);
                    }
                }
            }
            return Map.of("PATH", tools.toString());
        }

        boolean sharesTheProcessTable() {
            return this != BY_A_PID_NAMESPACE;
        }
    }

    /** What the child has seen, by the way it got there. */
    private static final class Loot {
        private final McpClient session;
        private final List<String> found = new ArrayList<>();
        private SecretSearch search = new SecretSearch();

        Loot(McpClient session) {
            this.session = session;
        }

        String take(String tool, String argument, String value) throws IOException {
            String arguments =
                    JsonNodeFactory.instance.objectNode().put(argument, value).toString();
            String hex = session.callTool(tool, arguments).toolText();
            String seen = new String(HexFormat.of().parseHex(hex), ISO_8859_1);
            found.addAll(search.in(tool + " " + value.lines().findFirst().orElse(""), seen));
            return seen;
        }

        /** Also when the session ends by it: the search knows secrets in hex as well. */
        void whatever(String request) throws IOException {
            String arguments =
                    JsonNodeFactory.instance.objectNode().put("text", request).toString();
            String answer = session.callTool("send-raw", arguments).toString();
            found.addAll(search.in("the last answer", answer));
        }

        /** Status of the answer, or 0 without one. */
        int raw(String request) throws IOException {
            String answer = take("send-raw", "text", request);
            return answer.startsWith("HTTP/1.1 ") ? Integer.parseInt(answer.substring(9, 12)) : 0;
        }
    }

    @ParameterizedTest
    @EnumSource(Held.class)
    void a_hostile_child_gets_nothing(Held held) throws Exception {
        assumeTrue(held.isOffered(), held + " is not offered by this machine");
        try (var stranger = new Stranger();
                Installation installation = installation(held)) {
            SignedIn alice = installation.signIn("alice");
            SignedIn bob = installation.signIn("bob");
            try (McpClient hers = alice.openSession();
                    McpClient his = bob.openSession()) {
                var loot = new Loot(hers);
                String others = dummyOf(installation, "bob");
                loot.search = secrets(installation, List.of(alice, bob));
                String environments = loot.take("of-all-processes", "file", "environ");
                assertTrue(environments.contains("ptn_dummy_"), "it sees its own");
                if (!held.sharesTheProcessTable()) assertFalse(environments.contains(others));
                loot.search.add("dummy token of another", others);
                loot.take("of-all-processes", "file", "cmdline");

                installation.forge().clearRequests();
                assertEquals(200, loot.raw("GET /api/v1/user HTTP/1.1\r\n" + GIVEN + "\r\n"));
                otherHosts(loot, stranger.authority());
                otherPeople(loot);
                smuggle(loot);
                answers(loot, installation, stranger);
                errors(loot, installation);

                assertEquals(List.of(), loot.found);
                assertEquals(0, stranger.visits(), "connections to another host");
                assertEquals(Set.of(), wrongAtForge(installation));
            }
        }
    }

    private static void otherHosts(Loot loot, String stranger) throws IOException {
        for (String line :
                List.of(
                        "GET http://" + stranger + "/api/v1/user HTTP/1.1",
                        "GET http://{AUTHORITY}@" + stranger + "/api/v1/user HTTP/1.1",
                        "GET http://{AUTHORITY}/api/v1/user HTTP/1.1",
                        "CONNECT " + stranger + " HTTP/1.1",
                        "GET @" + stranger + "/api/v1/user HTTP/1.1",
                        "GET //" + stranger + "/api/v1/user HTTP/1.1",
                        "GET /\\" + stranger + "/api/v1/user HTTP/1.1",
                        "GET /api/v1/../../@" + stranger + "/ HTTP/1.1")) {
            refused(loot, line + "\r\n" + GIVEN + "\r\n");
        }
        refused(
                loot,
                "GET /api/v1/user HTTP/1.1\r\n" + GIVEN.replace("{AUTHORITY}", stranger) + "\r\n");
        refused(loot, "GET /api/v1/user HTTP/1.1\r\n" + GIVEN + "Host: " + stranger + "\r\n\r\n");
        loot.raw(
                "GET /api/v1/user HTTP/1.1\r\n"
                        + GIVEN
                        + "X-Forwarded-Host: "
                        + stranger
                        + "\r\nForwarded: host="
                        + stranger
                        + "\r\n\r\n");
    }

    private static void otherPeople(Loot loot) throws IOException {
        for (String authorization :
                List.of(
                        "token {TOKEN}x",
                        "token ptn_dummy_",
                        "token ",
                        "token *",
                        "Basic Ym9iOnBhc3N3b3Jk",
                        "token {TOKEN}\r\nAuthorization: token ptn_dummy_x")) {
            refused(
                    loot,
                    "GET /api/v1/user HTTP/1.1\r\n"
                            + GIVEN.replace("token {TOKEN}", authorization)
                            + "\r\n");
        }
        for (String path :
                List.of(
                        "/api/v1/user?sudo=bob",
                        "/api/v1/user?%73udo=bob",
                        "/api/v1/user?token=x",
                        "/api/v1/admin/users",
                        "/api/v1/%61dmin/users",
                        "/api/v1/user/../admin/users",
                        "/api/v1/user/%2e%2e/admin/users",
                        "/api/v1//admin/users",
                        "/api/v1/users/alice/tokens",
                        "/api/v1/users/alice%2ftokens",
                        "/api/v1/user/keys;x",
                        "/api/v1/repos/alice/public/keys",
                        "/user/settings/applications")) {
            refused(loot, "GET " + path + " HTTP/1.1\r\n" + GIVEN + "\r\n");
        }
    }

    private static void smuggle(Loot loot) throws IOException {
        String hidden = "GET /api/v1/admin/users HTTP/1.1\r\nHost: x\r\n\r\n";
        loot.raw(
                "POST /api/v1/markdown HTTP/1.1\r\n"
                        + GIVEN
                        + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                        + hidden);
        loot.raw(
                "GET /api/v1/user HTTP/1.1\r\n"
                        + GIVEN
                        + "Content-Length: "
                        + hidden.length()
                        + "\r\n\r\n"
                        + hidden);
        loot.raw(
                "GET /api/v1/user HTTP/1.1\r\n"
                        + GIVEN
                        + "Sudo: bob\r\nX-WebAuth-User: bob\r\nX-HTTP-Method-Override: DELETE\r\n"
                        + "Connection: Authorization, User-Agent\r\nUpgrade: h2c\r\n\r\n");
        loot.raw("GET /api/v1/user HTTP/1.1\r\nX: y\r\n Sudo: bob\r\n" + GIVEN + "\r\n");
        loot.raw("GET /api/v1/user HTTP/1.1\r\nUser-Agent: a\nSudo: bob\r\n" + GIVEN + "\r\n");
        loot.raw("TRACE /api/v1/user HTTP/1.1\r\n" + GIVEN + "\r\n");
    }

    private static void answers(Loot loot, Installation installation, Stranger stranger)
            throws IOException {
        URI target = URI.create("http://" + stranger.authority() + "/");
        for (int status : List.of(301, 302, 303, 307, 308)) {
            String path = "/api/v1/repos/alice/moved" + status;
            installation.forge().addFault(path, Fault.redirect(status, target), 1);
            assertEquals(403, loot.raw("GET " + path + " HTTP/1.1\r\n" + GIVEN + "\r\n"));
        }
        installation.forge().content().addRelease("alice", "public-notes", "v1");
        installation
                .forge()
                .content()
                .addReleaseLink("alice", "public-notes", "v1", "x.txt", target);
        String releases =
                loot.take(
                        "send-raw",
                        "text",
                        "GET /api/v1/repos/alice/public-notes/releases HTTP/1.1\r\n"
                                + GIVEN
                                + "\r\n");
        Matcher link = Pattern.compile("http://[^/]+(/elsewhere/[A-Za-z0-9_-]+)").matcher(releases);
        assertTrue(link.find(), releases);
        assertEquals(403, loot.raw("GET " + link.group(1) + " HTTP/1.1\r\n" + GIVEN + "\r\n"));
    }

    /** Last, because the grant ends by it. */
    private static void errors(Loot loot, Installation installation) throws IOException {
        for (int status : List.of(200, 400, 403, 404, 422, 500, 503)) {
            String path = "/api/v1/echo" + status;
            installation.forge().addFault(path, new Fault.EchoSecrets(status), 1);
            String answer =
                    loot.take("send-raw", "text", "GET " + path + " HTTP/1.1\r\n" + GIVEN + "\r\n");
            assertTrue(answer.startsWith("HTTP/1.1 " + status), answer);
            assertTrue(answer.contains("***"), () -> "it was echoed and starred out: " + answer);
        }
        installation.forge().revokeGrant("alice", installation.app().clientId());
        loot.whatever("GET /api/v1/user HTTP/1.1\r\n" + GIVEN + "\r\n");
    }

    private static void refused(Loot loot, String request) throws IOException {
        int status = loot.raw(request);
        assertTrue(status == 0 || status >= 400, () -> status + " for " + request);
    }

    /** Requests of the child at the forge that are not its person's own. */
    private static Set<String> wrongAtForge(Installation installation) {
        Set<String> wrong = new TreeSet<>();
        for (LoggedRequest request : installation.forge().requests()) {
            boolean hers = request.login().isEmpty() || request.login().equals("alice");
            boolean forbidden =
                    request.path().matches("(?i).*(admin|tokens|/keys|sudo|settings).*");
            if (!hers || forbidden) wrong.add(request.toString());
        }
        return wrong;
    }

    private static SecretSearch secrets(Installation installation, List<SignedIn> people) {
        var search = new SecretSearch();
        int n = 0;
        for (String token : installation.forge().issuedTokens()) {
            search.add("token of the forge " + n++, token);
        }
        search.add("client secret", installation.app().clientSecret());
        for (SignedIn person : people) {
            search.add("access token of " + person.login(), person.tokens().accessToken());
            search.add("refresh token of " + person.login(), person.tokens().refreshToken());
        }
        return search;
    }

    private static String dummyOf(Installation installation, String login) throws IOException {
        for (ProcessHandle child : installation.postern().descendants()) {
            Path file = Path.of("/proc", Long.toString(child.pid()), "environ");
            String environment = new String(Files.readAllBytes(file), ISO_8859_1);
            Matcher dummy = DUMMY.matcher(environment);
            if (environment.contains("=" + login + "\0") && dummy.find()) return dummy.group(1);
        }
        throw new IOException("no child of " + login);
    }

    private static Installation installation(Held held) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("postern-e2e-");
        int port = Ports.free();
        return Installation.start(
                folder,
                ForgejoDoubleOptions.standard().withPersonality(Personality.FORGEJO_16),
                URI.create("http://127.0.0.1:" + port),
                port,
                ServersFile.fixtureHeldBy(folder, held::command),
                held.environment(folder));
    }

    /** A host that nothing should ever call. */
    private static final class Stranger implements AutoCloseable {
        private final ServerSocket listener;
        private final AtomicInteger visits = new AtomicInteger();

        Stranger() throws IOException {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            Thread.ofVirtual().start(this::count);
        }

        private void count() {
            while (!listener.isClosed()) {
                try {
                    listener.accept().close();
                    visits.incrementAndGet();
                } catch (IOException closed) {
                    return;
                }
            }
        }

        String authority() {
            return "127.0.0.1:" + listener.getLocalPort();
        }

        int visits() {
            return visits.get();
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }
}
