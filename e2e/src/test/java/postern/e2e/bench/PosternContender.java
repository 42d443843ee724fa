package postern.e2e.bench;

import static postern.e2e.bench.Workers.hosted;

import static java.nio.charset.StandardCharsets.UTF_8;

import postern.testkit.browser.Browser;
import postern.testkit.browser.Page;
import postern.testkit.forgejo.DoubleApp;
import postern.testkit.forgejo.ForgejoDouble;
import postern.testkit.forgejo.ForgejoDoubleOptions;
import postern.testkit.forgejo.ForgejoPerson;
import postern.testkit.oauth.Discovery;
import postern.testkit.oauth.OAuthClient;
import postern.testkit.oauth.Pkce;
import postern.testkit.oauth.RegisteredClient;
import postern.testkit.oauth.Tokens;
import postern.testkit.program.PosternProcess;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The packaged program with its defaults, beside a Forgejo double where people sign in. */
final class PosternContender implements Contender {
    private static final String REDIRECT = "http://127.0.0.1:3456/callback";
    private static final Pattern CODE = Pattern.compile("[?&]code=([^&]+)");
    private static final int GRANTS_PER_PERSON = 8;
    private static final String RESOURCE_SERVER = "bench-resource-server";
    private static final String RESOURCE_SECRET = "s".repeat(43);

    /** A refusal that comes right after the token was found good: nothing else is done. */
    private static final String REFUSED_AFTER_BEARER = "PUT";

    private final ServerProcess server;
    private final ForgejoDouble forge;
    private final Path folder;
    private final OAuthClient oauth = OAuthClient.create();
    private final String host;
    private final Discovery discovery;
    private final RegisteredClient client;
    private Browser browser = Browser.open();
    private int dances;

    private PosternContender(ServerProcess server, ForgejoDouble forge, Path folder)
            throws IOException {
        this.server = server;
        this.forge = forge;
        this.folder = folder;
        this.host = "127.0.0.1:" + server.port();
        this.discovery = oauth.discover(URI.create("http://" + host + "/mcp"));
        this.client = oauth.register(discovery, "bench", REDIRECT);
    }

    static PosternContender start(Path parent) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(parent, "bench-");
        int port = freePort();
        String publicUrl = "http://127.0.0.1:" + port;
        ForgejoDouble forge = ForgejoDouble.start(ForgejoDoubleOptions.standard());
        DoubleApp app = forge.registerApp("postern", List.of(publicUrl + "/oauth/callback"), true);
        Path servers =
                Files.writeString(
                        folder.resolve("mcp-servers.json"),
                        """
                        {"mcpServers":{"none":{"command":"/bin/cat",
                            "postern":{"default":true,"trusted":true}}}}
                        """);
        Path clients =
                Files.writeString(
                        folder.resolve("clients.json"),
                        """
                        {"resource_servers":[{"id":"%s","secret":"%s","resource":"%s/mcp"}]}
                        """
                                .formatted(RESOURCE_SERVER, RESOURCE_SECRET, publicUrl));
        var environment = new LinkedHashMap<String, String>();
        environment.put("POSTERN_CLIENTS_FILE", clients.toString());
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("HOME", folder.toString());
        environment.put("POSTERN_LISTEN", "127.0.0.1:" + port);
        environment.put("POSTERN_PUBLIC_URL", publicUrl);
        environment.put("POSTERN_DATA_DIR", folder.resolve("data").toString());
        environment.put("POSTERN_KEY_DIR", folder.resolve("keys").toString());
        environment.put("POSTERN_SERVERS_FILE", servers.toString());
        environment.put("POSTERN_FORGEJO_URL", forge.rootUrl().toString().replaceFirst("/$", ""));
        environment.put("POSTERN_FORGEJO_CLIENT_ID", app.clientId());
        environment.put("POSTERN_FORGEJO_CLIENT_SECRET", app.clientSecret());
        String options = System.getProperty("postern.bench.options", "");
        if (!options.isEmpty()) environment.put("POSTERN_JAVA_OPTIONS", options);
        List<String> command = List.of(PosternProcess.packagedProgram().toString(), "serve");
        return new PosternContender(
                ServerProcess.start("postern", folder, command, environment), forge, folder);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public ServerProcess server() {
        return server;
    }

    /** A code for a grant of its own, by the whole flow of pages. */
    private String code(Pkce pkce) throws IOException {
        String login = "person" + dances / GRANTS_PER_PERSON;
        if (dances++ % GRANTS_PER_PERSON == 0) {
            forge.addUser(login, "password");
            browser.close();
            browser = Browser.open();
        }
        URI authorize = oauth.authorizeUrl(discovery, client, pkce, "state", Map.of());
        Page consent = browser.get(authorize);
        Page agreed = browser.submit(consent.form("/oauth/consent"), "allow");
        URI arrived = new ForgejoPerson(browser, login, "password").walkTo(agreed, REDIRECT);
        Matcher code = CODE.matcher(arrived.toString());
        if (!code.find()) throw new IllegalStateException("no code in " + arrived);
        return URLDecoder.decode(code.group(1), UTF_8);
    }

    private Tokens signIn() throws IOException {
        Pkce pkce = Pkce.create();
        return Tokens.of(oauth.exchange(discovery, client, pkce, code(pkce), Map.of()));
    }

    @Override
    public List<Worker> rotations(int chains) throws IOException {
        List<Worker> workers = new ArrayList<>();
        for (int i = 0; i < chains; i++) {
            workers.add(
                    Workers.rotation(
                            "/oauth/token", client.clientId(), host, signIn().refreshToken()));
        }
        return workers;
    }

    @Override
    public List<Worker> redemptions(int codes, int workers) throws IOException {
        Pkce pkce = Pkce.create();
        List<byte[]> requests = new ArrayList<>();
        for (int i = 0; i < codes; i++) {
            String form =
                    "grant_type=authorization_code&client_id=%s&code=%s&redirect_uri=%s&code_verifier=%s"
                            .formatted(client.clientId(), code(pkce), REDIRECT, pkce.verifier());
            requests.add(hosted(Wire.post("/oauth/token", form), host));
        }
        return Workers.each(requests, workers);
    }

    @Override
    public List<Worker> bearerChecks(int workers) throws IOException {
        String bearer = "Authorization: Bearer " + signIn().accessToken();
        byte[] request = Wire.request(REFUSED_AFTER_BEARER, "/mcp", "", bearer);
        return Workers.same(hosted(request, host), 405, workers);
    }

    @Override
    public Optional<List<Worker>> introspections(int workers) throws IOException {
        String endpoint = discovery.server().json().path("introspection_endpoint").asText("");
        if (endpoint.isEmpty()) return Optional.empty();
        String form =
                "client_id=%s&client_secret=%s&token=%s"
                        .formatted(RESOURCE_SERVER, RESOURCE_SECRET, signIn().accessToken());
        byte[] request = hosted(Wire.post(URI.create(endpoint).getPath(), form), host);
        return Optional.of(Workers.same(request, 200, workers));
    }

    @Override
    public void close() throws IOException {
        browser.close();
        oauth.close();
        server.close();
        forge.close();
        delete();
    }

    private void delete() throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
