package postern.e2e;

import postern.core.Undo;
import postern.e2e.controlled.ServerControl;
import postern.testkit.forgejo.DoubleApp;
import postern.testkit.forgejo.ForgejoDouble;
import postern.testkit.forgejo.ForgejoDoubleOptions;
import postern.testkit.program.PosternProcess;
import postern.testkit.program.Readiness;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A Forgejo double with alice and bob, and the packaged program beside it in a folder of its own.
 * It can be started again on the same data. {@link #close} ends every process and removes the
 * folder.
 */
final class Installation implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(30);

    private final Path folder;
    private final ForgejoDouble forge;
    private final DoubleApp app;
    private final URI publicUrl;
    private final Map<String, String> environment;
    private final PosternProcess.Settings program;
    private final Undo starts = new Undo();
    private PosternProcess postern;
    private Duration ahead = Duration.ZERO;

    private Installation(
            Path folder,
            ForgejoDouble forge,
            DoubleApp app,
            URI publicUrl,
            Map<String, String> environment,
            PosternProcess.Settings program) {
        this.folder = folder;
        this.forge = forge;
        this.app = app;
        this.publicUrl = publicUrl;
        this.environment = environment;
        this.program = program;
    }

    private static PosternProcess.Settings serve() {
        return PosternProcess.Settings.standard().withArguments("serve");
    }

    /** With the fixture server as child. */
    static Installation withFixture(ForgejoDoubleOptions options, Map<String, String> more)
            throws IOException, InterruptedException {
        return withFixture(options, more, serve());
    }

    /** As {@link #withFixture}, with its clock and its store in our hands: {@link #control}. */
    static Installation controlled(ForgejoDoubleOptions options, Map<String, String> more)
            throws IOException, InterruptedException {
        return withFixture(options, more, ServerControl.settings());
    }

    private static Installation withFixture(
            ForgejoDoubleOptions options, Map<String, String> more, PosternProcess.Settings program)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("postern-e2e-");
        int port = Ports.free();
        return start(
                folder,
                options,
                URI.create("http://127.0.0.1:" + port),
                port,
                ServersFile.fixture(folder),
                more,
                program);
    }

    /** With any servers file in {@code folder}, which is removed in the end. */
    static Installation start(
            Path folder,
            ForgejoDoubleOptions options,
            URI publicUrl,
            int port,
            Path servers,
            Map<String, String> more)
            throws IOException, InterruptedException {
        return start(folder, options, publicUrl, port, servers, more, serve());
    }

    private static Installation start(
            Path folder,
            ForgejoDoubleOptions options,
            URI publicUrl,
            int port,
            Path servers,
            Map<String, String> more,
            PosternProcess.Settings program)
            throws IOException, InterruptedException {
        ForgejoDouble forge = ForgejoDouble.start(options);
        forge.addUser("alice", "password");
        forge.addUser("bob", "password");
        DoubleApp app = forge.registerApp("postern", List.of(publicUrl + "/oauth/callback"), true);
        var environment = new LinkedHashMap<String, String>();
        environment.put("POSTERN_LISTEN", "127.0.0.1:" + port);
        environment.put("POSTERN_PUBLIC_URL", publicUrl.toString());
        environment.put("POSTERN_DATA_DIR", folder.resolve("data").toString());
        environment.put("POSTERN_KEY_DIR", folder.resolve("keys").toString());
        environment.put("POSTERN_SERVERS_FILE", servers.toString());
        environment.put("POSTERN_FORGEJO_URL", forge.rootUrl().toString().replaceFirst("/$", ""));
        environment.put("POSTERN_FORGEJO_CLIENT_ID", app.clientId());
        Path secret = Files.writeString(folder.resolve("client-secret"), app.clientSecret());
        environment.put("POSTERN_FORGEJO_CLIENT_SECRET_FILE", secret.toString());
        environment.putAll(more);
        var installation = new Installation(folder, forge, app, publicUrl, environment, program);
        try {
            installation.startAgain();
            return installation;
        } catch (IOException | InterruptedException | RuntimeException failed) {
            installation.close();
            throw failed;
        }
    }

    /** Starts the program on the data that is there. The one before must have ended. */
    PosternProcess startAgain() throws IOException, InterruptedException {
        return startAgain(Map.of());
    }

    /** As {@link #startAgain()}, with other settings from now on. */
    PosternProcess startAgain(Map<String, String> changed)
            throws IOException, InterruptedException {
        environment.putAll(changed);
        postern =
                PosternProcess.start(
                        program.withFolder(folder)
                                .withEnvironment(environment)
                                .withReadiness(readiness())
                                .withPatience(START));
        PosternProcess started = postern;
        starts.own(() -> closeQuietly(started));
        return postern;
    }

    /** What the program asks of the forge at its start must not meet a test's faults and counts. */
    private Readiness readiness() {
        Readiness ready = Readiness.readyLine();
        return program.arguments().contains("serve")
                ? ready.andLogged("app.forge.looked-at", "app.forge.not-ready")
                : ready;
    }

    private static void closeQuietly(PosternProcess process) {
        try {
            process.close();
        } catch (IOException kept) {
            throw new java.io.UncheckedIOException(kept);
        }
    }

    PosternProcess postern() {
        return postern;
    }

    /** Orders for a program that was started with {@link #controlled}. */
    ServerControl control() {
        return new ServerControl(postern);
    }

    /** Time passes for a controlled program and for the forge, also over later starts. */
    void advance(Duration passed) throws IOException {
        ahead = ahead.plus(passed);
        environment.put(ServerControl.AHEAD, Long.toString(ahead.toSeconds()));
        forge.operator().skewClock(ahead);
        control().advance(passed);
    }

    /** SIGTERM, and a start on the same data. */
    void restart() throws IOException, InterruptedException {
        postern.terminate();
        if (postern.awaitExit(START).isEmpty()) throw new IOException("it does not stop");
        startAgain();
    }

    /** kill -9, and a start on the same data. */
    void killAndStartAgain() throws IOException, InterruptedException {
        postern.kill();
        if (postern.awaitExit(START).isEmpty()) throw new IOException("it does not end");
        startAgain();
    }

    ForgejoDouble forge() {
        return forge;
    }

    /** The program's own application at the forge. */
    DoubleApp app() {
        return app;
    }

    Path folder() {
        return folder;
    }

    URI publicUrl() {
        return publicUrl;
    }

    URI endpoint() {
        return publicUrl.resolve("/mcp");
    }

    /** What the program was given, for failure messages and for its command line tools. */
    Map<String, String> environment() {
        return Map.copyOf(environment);
    }

    /** What both sides saw, for failure messages. */
    String story() {
        var story = new StringBuilder("the forge answered:\n");
        forge.requests().forEach(request -> story.append(request).append('\n'));
        return story.append("the program logged:\n").append(postern.stderr()).toString();
    }

    SignedIn signIn(String login) throws IOException {
        return SignedIn.at(endpoint(), login, "password");
    }

    @Override
    public void close() throws IOException {
        starts.close();
        forge.close();
        Folders.delete(folder);
    }
}
