package postern.e2e.rules;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** An https server on loopback with client documents and other things at their addresses. */
final class DocumentHost implements AutoCloseable {
    private static final String PASSWORD = "changeit";

    private final Path keys;
    private final HttpsServer server;
    private final Map<String, Page> pages = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> visits = new ConcurrentHashMap<>();

    /** What stands at an address. */
    interface Page {
        void answer(HttpExchange exchange) throws IOException;
    }

    private DocumentHost(Path keys, HttpsServer server) {
        this.keys = keys;
        this.server = server;
    }

    static DocumentHost start() throws IOException, InterruptedException {
        Path keys = Files.createTempDirectory("postern-documents-").resolve("keys.p12");
        makeKey(keys);
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        HttpsServer server = HttpsServer.create(address, 64);
        server.setHttpsConfigurator(new HttpsConfigurator(context(keys)));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        var host = new DocumentHost(keys, server);
        server.createContext("/", host::serve);
        server.start();
        return host;
    }

    private static void makeKey(Path keys) throws IOException, InterruptedException {
        String tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process made =
                new ProcessBuilder(
                                List.of(
                                        tool,
                                        "-genkeypair",
                                        "-alias",
                                        "host",
                                        "-keyalg",
                                        "EC",
                                        "-dname",
                                        "CN=localhost",
                                        "-ext",
                                        "san=dns:localhost,ip:127.0.0.1",
                                        "-validity",
                                        "2",
                                        "-keystore",
                                        keys.toString(),
                                        "-storepass",
                                        PASSWORD,
                                        "-storetype",
                                        "PKCS12"))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        if (made.waitFor() != 0) throw new IOException("keytool failed");
    }

    private static SSLContext context(Path keys) throws IOException {
        try (InputStream in = Files.newInputStream(keys)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD.toCharArray());
            var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(factory.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException broken) {
            throw new IOException(broken);
        }
    }

    /** Options of a Java runtime that trusts this host's certificate. */
    String javaOptions() {
        return "-Xmx256m -Djavax.net.ssl.trustStore="
                + keys
                + " -Djavax.net.ssl.trustStorePassword="
                + PASSWORD;
    }

    private void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        visits.computeIfAbsent(path, _ -> new AtomicInteger()).incrementAndGet();
        try (exchange) {
            Page page = pages.get(path);
            if (page == null) exchange.sendResponseHeaders(404, -1);
            else page.answer(exchange);
        }
    }

    int visits(String path) {
        return visits.getOrDefault(path, new AtomicInteger()).get();
    }

    int allVisits() {
        return visits.values().stream().mapToInt(AtomicInteger::get).sum();
    }

    String url(String path) {
        return "https://localhost:" + server.getAddress().getPort() + path;
    }

    void put(String path, Page page) {
        pages.put(path, page);
    }

    /** A good document at a new address; what is returned is its client_id. */
    String publish(String... redirectUris) {
        String path = "/" + Site.unique("client") + ".json";
        publishAt(path, document(path, redirectUris));
        return url(path);
    }

    ObjectNode document(String path, String... redirectUris) {
        return App.document(App.NONE, redirectUris).put("client_id", url(path));
    }

    void publishAt(String path, ObjectNode document) {
        put(path, exchange -> answer(exchange, 200, "application/json", document.toString()));
    }

    static void answer(HttpExchange exchange, int status, String type, String body)
            throws IOException {
        byte[] bytes = body.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
