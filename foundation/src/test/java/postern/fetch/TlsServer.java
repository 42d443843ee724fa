package postern.fetch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** Answers on loopback as a test says, with a key made just now for {@link #HOST}. */
final class TlsServer implements AutoCloseable {
    static final String HOST = "documents.example";
    private static final char[] PASSWORD = "changeit".toCharArray();

    final List<String> requests = new CopyOnWriteArrayList<>();
    final List<InetAddress> reachedAt = new CopyOnWriteArrayList<>();
    private final Answer answer;
    private final SSLContext context;
    private final SSLServerSocket listener;

    /** Writes the whole answer. */
    interface Answer {
        void to(SSLSocket socket) throws Exception;
    }

    private TlsServer(SSLContext context, Answer answer) throws IOException {
        this.context = context;
        this.answer = answer;
        // all of loopback: a test shows which of its addresses was connected to
        this.listener =
                (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 50);
        Thread.ofPlatform().daemon().start(this::accept);
    }

    static SSLContext newKey(Path folder)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path store = folder.resolve("tls.p12");
        var keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                "tls",
                                "-keyalg",
                                "EC",
                                "-groupname",
                                "secp256r1",
                                "-dname",
                                "CN=test",
                                "-ext",
                                "san=dns:" + HOST,
                                "-validity",
                                "2",
                                "-storetype",
                                "PKCS12",
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                new String(PASSWORD))
                        .redirectErrorStream(true)
                        .start();
        String said = new String(keytool.getInputStream().readAllBytes(), ISO_8859_1);
        if (!keytool.waitFor(30, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
            throw new IOException(said);
        }
        var keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        var own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD);
        var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("tls", keys.getCertificate("tls"));
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    static TlsServer start(SSLContext context, Answer answer) throws IOException {
        return new TlsServer(context, answer);
    }

    /** For clients that trust this server. */
    SSLSocketFactory sockets() {
        return context.getSocketFactory();
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                var socket = (SSLSocket) listener.accept();
                Thread.ofPlatform().daemon().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(SSLSocket socket) {
        try (socket) {
            reachedAt.add(socket.getLocalAddress());
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
            var request = new StringBuilder();
            for (String line = in.readLine(); line != null && !line.isEmpty(); ) {
                request.append(line).append('\n');
                line = in.readLine();
            }
            requests.add(request.toString());
            answer.to(socket);
        } catch (Exception gone) {
            // what the client makes of it is what the test looks at
        }
    }

    static void write(SSLSocket socket, String text) throws IOException {
        socket.getOutputStream().write(text.replace("|", "\r\n").getBytes(ISO_8859_1));
        socket.getOutputStream().flush();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
