package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import postern.testkit.forgejo.ForgejoDoubleOptions;
import postern.testkit.forgejo.LoggedRequest;
import postern.testkit.forgejo.Personality;
import postern.testkit.mcp.McpClient;
import postern.testkit.secrets.SecretSearch;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The child of one session, told what to do by the test. All that it sees is searched for secrets.
 */
final class HostileChild {
    /** Fields of a good request; the child puts in what it was given. */
    static final String GIVEN =
            "Host: {AUTHORITY}\r\nAuthorization: token {TOKEN}\r\nConnection: close\r\n";

    private final McpClient session;
    private final SecretSearch search;
    private final List<String> found = new ArrayList<>();

    HostileChild(McpClient session, SecretSearch search) {
        this.session = session;
        this.search = search;
    }

    /** A Forgejo that repeats tokens in its errors, and the program with the fixture server. */
    static Installation installation(HeldChild held) throws IOException, InterruptedException {
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

    /** Everything that no child may ever see. */
    static SecretSearch secrets(Installation installation, List<SignedIn> people) {
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

    void alsoSecret(String name, String secret) {
        search.add(name, secret);
    }

    /** Where secrets were seen; must stay empty. */
    List<String> found() {
        return List.copyOf(found);
    }

    /** Has a tool do something and returns what the child saw by it. */
    String take(String tool, String argument, String value) throws IOException {
        String arguments = JsonNodeFactory.instance.objectNode().put(argument, value).toString();
        String hex = session.callTool(tool, arguments).toolText();
        String seen = new String(HexFormat.of().parseHex(hex), ISO_8859_1);
        found.addAll(search.in(tool + " " + value.lines().findFirst().orElse(""), seen));
        return seen;
    }

    /** Also when the session ends by it: the search knows secrets in hex as well. */
    void whatever(String request) throws IOException {
        String arguments = JsonNodeFactory.instance.objectNode().put("text", request).toString();
        String answer = session.callTool("send-raw", arguments).toString();
        found.addAll(search.in("the last answer", answer));
    }

    /** Sends this to the relay; status of the answer, or 0 without one. */
    int raw(String request) throws IOException {
        String answer = take("send-raw", "text", request);
        return answer.startsWith("HTTP/1.1 ") ? Integer.parseInt(answer.substring(9, 12)) : 0;
    }

    void refused(String request) throws IOException {
        int status = raw(request);
        assertTrue(status == 0 || status >= 400, () -> status + " for " + request);
    }

    /** Requests at the forge that are not those of the child's own person. */
    static Set<String> wrongAtForge(Installation installation) {
        Set<String> wrong = new TreeSet<>();
        for (LoggedRequest request : installation.forge().requests()) {
            boolean hers = request.login().isEmpty() || request.login().equals("alice");
            boolean forbidden =
                    request.path().matches("(?i).*(admin|tokens|/keys|sudo|settings).*");
            if (!hers || forbidden) wrong.add(request.toString());
        }
        return wrong;
    }
}
