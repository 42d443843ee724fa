package postern.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Somebody's web server with a client's document, on loopback, with a key made just now. */
final class DocumentHost implements AutoCloseable {
    private static final String PASSWORD = "changeit";
    private static final String PATH = "/client.json";

    private final Path trustStore;
    private final HttpsServer server;
    private final AtomicInteger requests = new AtomicInteger();

    private DocumentHost(Path trustStore, HttpsServer server) {
        this.trustStore = trustStore;
        this.server = server;
    }

    static DocumentHost start(Path folder, String redirectUri)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path store = folder.resolve("host.p12");
        keytool(
                "-genkeypair -alias host -keyalg EC -groupname secp256r1 -dname CN=test"
                        + " -ext san=dns:localhost -validity 2 -storetype PKCS12 -keystore "
                        + store);
        var keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        var own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD.toCharArray());
        var context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), null, null);
        Path trustStore = folder.resolve("trust.p12");
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("host", keys.getCertificate("host"));
        try (var out = Files.newOutputStream(trustStore)) {
            trusted.store(out, PASSWORD.toCharArray());
        }
        var address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        var host = new DocumentHost(trustStore, HttpsServer.create(address, 0));
        host.server.setHttpsConfigurator(new HttpsConfigurator(context));
        host.serve(redirectUri);
        host.server.start();
        return host;
    }

    private static void keytool(String arguments) throws IOException, InterruptedException {
        String program = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process keytool =
                new ProcessBuilder(
                                (program + " " + arguments + " -storepass " + PASSWORD).split(" "))
                        .redirectErrorStream(true)
                        .start();
        String said = new String(keytool.getInputStream().readAllBytes(), UTF_8);
        if (!keytool.waitFor(30, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
            throw new IOException(said);
        }
    }

    private void serve(String redirectUri) {
        String document =
                """
                {"client_id": "URL", "client_name": "Document client", "redirect_uris": ["URI"],
                 "grant_types": ["authorization_code", "refresh_token"],
                 "token_endpoint_auth_method": "none"}
                """
                        .replace("URL", clientId())
                        .replace("URI", redirectUri);
        server.createContext(
                PATH,
                exchange -> {
                    requests.incrementAndGet();
                    byte[] body = document.getBytes(UTF_8);
                    exchange.getResponseHeaders().set("Content-Type", "application/json");
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
    }

    String clientId() {
        return "https://localhost:" + server.getAddress().getPort() + PATH;
    }

    int requests() {
        return requests.get();
    }

    /** For the program's Java runtime: it trusts this host. */
    String javaOptions() {
        return "-Xmx256m -Djavax.net.ssl.trustStore="
                + trustStore
                + " -Djavax.net.ssl.trustStorePassword="
                + PASSWORD;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
