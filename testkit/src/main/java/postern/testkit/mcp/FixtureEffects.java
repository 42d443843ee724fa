package postern.testkit.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.testkit.http.Clients;
import postern.testkit.http.RawAnswer;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What tools of the fixture do outside their process. */
final class FixtureEffects {
    private FixtureEffects() {}

    /** Calls the forge as a Forgejo MCP server does and returns status and body. */
    static String forgejoUser() throws IOException {
        return told(ask("GET", "/api/v1/user"));
    }

    /**
     * The same for {@code method} and {@code path} of the arguments, whatever they are; with {@code
     * follow}, for the address that this field of the answer names first; with {@code link}, for
     * the page that its Link field names so.
     */
    static String forgeRequest(JsonNode arguments) throws IOException {
        RawAnswer answer =
                ask(
                        arguments.path("method").asText("GET"),
                        arguments.path("path").asText("/api/v1/user"));
        String field = arguments.path("follow").asText();
        String relation = arguments.path("link").asText();
        if (!field.isEmpty()) {
            return told(ask("GET", first("\"" + field + "\":\"([^\"]+)\"", answer.body())));
        }
        if (!relation.isEmpty()) {
            return told(ask("GET", first("<([^>]+)>; rel=\"" + relation, answer.header("Link"))));
        }
        return told(answer);
    }

    private static URI first(String pattern, String text) throws IOException {
        Matcher address = Pattern.compile(pattern).matcher(text);
        if (!address.find()) throw new IOException("no " + pattern + " in " + text);
        return URI.create(address.group(1));
    }

    private static String told(RawAnswer answer) {
        return answer.status() + " " + answer.body().strip();
    }

    private static RawAnswer ask(String method, String path) throws IOException {
        String base = System.getenv().getOrDefault("FORGEJO_URL", "").replaceFirst("/$", "");
        if (base.isEmpty()) {
            throw new IOException("FORGEJO_URL is not set");
        }
        return ask(method, URI.create(base + path));
    }

    private static RawAnswer ask(String method, URI address) throws IOException {
        String token = System.getenv().getOrDefault("FORGEJO_ACCESS_TOKEN", "");
        try (HttpClient client = following()) {
            HttpRequest request =
                    HttpRequest.newBuilder(address)
                            .timeout(Clients.PATIENCE)
                            .method(method, HttpRequest.BodyPublishers.noBody())
                            .header("Authorization", "token " + token)
                            .build();
            return Clients.send(client, request);
        }
    }

    /** As Go's client, which a Forgejo MCP server uses. */
    private static HttpClient following() {
        return Clients.builder().followRedirects(HttpClient.Redirect.NORMAL).build();
    }

    /**
     * Leaves a process behind that is in a session of its own and no child of this one; returns its
     * process id.
     */
    static String spawnDaemon() throws IOException {
        return firstLine("setsid sh -c 'sleep 600 >/dev/null 2>&1 </dev/null & echo $!'");
    }

    /** Leaves an ordinary child behind; returns its process id. */
    static String spawnChild() throws IOException {
        Process child =
                new ProcessBuilder("sleep", "600")
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        return Long.toString(child.pid());
    }

    private static String firstLine(String shellCommand) throws IOException {
        Process shell =
                new ProcessBuilder("sh", "-c", shellCommand)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (var lines = shell.inputReader()) {
            return lines.readLine();
        }
    }

    static String environment() {
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        new TreeMap<>(System.getenv()).forEach(all::put);
        return all.toString();
    }

    /** For tests of containment: what of the machine's files can be read. */
    static String readFile(JsonNode path) throws IOException {
        return Files.readString(Path.of(path.asText()));
    }
}
