package postern.cli.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import postern.app.Clocks;
import postern.app.StartRefused;
import postern.core.Secret;
import postern.testkit.forgejo.DoubleApp;
import postern.testkit.forgejo.Endpoint;
import postern.testkit.forgejo.Fault;
import postern.testkit.forgejo.ForgejoDouble;
import postern.testkit.forgejo.ForgejoDoubleOptions;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

class SetupCommandTest {
    private static final String PASSWORD = "correct horse battery";
    private static final String CALLBACK = "https://mcp.example.org/oauth/callback";

    @TempDir Path folder;
    private ForgejoDouble forge;
    private String token;
    private final List<String> said = new ArrayList<>();
    private final Deque<String> answers = new ArrayDeque<>();
    private Duration patience = Duration.ofSeconds(20);

    @BeforeEach
    void start() throws Exception {
        forge = ForgejoDouble.start(ForgejoDoubleOptions.standard());
        forge.addUser("root1", PASSWORD);
        token = forge.addPersonalToken("root1", "write:user");
    }

    @AfterEach
    void noSecretWasSaid() {
        for (String secret : forge.issuedTokens()) assertFalse(text().contains(secret), text());
        assertFalse(text().contains(PASSWORD) || text().contains("Exception"), text());
        forge.close();
    }

    @Test
    void it_makes_a_confidential_application_and_writes_a_private_file() throws Exception {
        assertEquals(0, setup(Map.of("POSTERN_SETUP_TOKEN", token)));
        DoubleApp app = forge.apps().getFirst();
        assertEquals(List.of(CALLBACK), app.redirectUris());
        assertTrue(app.confidential());
        assertEquals("postern", app.name());
        assertEquals(
                Map.of(
                        "POSTERN_PUBLIC_URL", "https://mcp.example.org",
                        "POSTERN_FORGEJO_URL", forgeUrl(),
                        "POSTERN_FORGEJO_CLIENT_ID", app.clientId(),
                        "POSTERN_FORGEJO_CLIENT_SECRET", app.clientSecret()),
                EnvFile.read(envFile()));
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(envFile())));
        assertEquals(List.of(envFile()), files());
        assertTrue(text().contains("set -a; . " + envFile() + "; set +a"), text());
    }

    @Test
    void a_password_from_standard_input_and_a_token_file_do_as_well() throws Exception {
        assertEquals(0, setup(Map.of(), PASSWORD + "\n", "--user", "root1", "--password-stdin"));
        Path file = Files.writeString(folder.resolve("token"), token + "\n");
        assertEquals(
                0,
                setup(
                        Map.of(),
                        "",
                        "--name",
                        "second",
                        "--token-file",
                        file.toString(),
                        "--force"));
        assertEquals(
                List.of("postern", "second"), forge.apps().stream().map(DoubleApp::name).toList());
    }

    @Test
    void what_is_left_out_is_asked_for() throws Exception {
        answers.addAll(List.of(forgeUrl(), "https://mcp.example.org", token));
        assertEquals(0, run(Map.of(), "", "--env-file", envFile().toString()));
        assertEquals(List.of(CALLBACK), forge.apps().getFirst().redirectUris());
    }

    @Test
    void a_taken_name_is_never_changed_and_another_is_asked_for() throws Exception {
        setup(Map.of("POSTERN_SETUP_TOKEN", token));
        String secret = forge.apps().getFirst().clientSecret();
        String refusal = refusal(Map.of("POSTERN_SETUP_TOKEN", token), "--force");
        assertTrue(refusal.contains("already an application 'postern'"), refusal);
        assertTrue(refusal.contains("--name"), refusal);
        answers.add("postern two");
        assertEquals(0, setup(Map.of("POSTERN_SETUP_TOKEN", token), "", "--force"));
        assertEquals(
                List.of("postern", "postern two"),
                forge.apps().stream().map(DoubleApp::name).toList());
        assertEquals(secret, forge.apps().getFirst().clientSecret());
    }

    @Test
    void a_file_that_is_there_is_kept_and_nothing_is_made() throws Exception {
        Files.writeString(envFile(), "MINE=1\n");
        String refusal = refusal(Map.of("POSTERN_SETUP_TOKEN", token));
        assertTrue(refusal.contains("--force"), refusal);
        assertEquals(List.of(), forge.apps());
        assertEquals("MINE=1\n", Files.readString(envFile()));
        assertEquals(0, setup(Map.of("POSTERN_SETUP_TOKEN", token), "", "--force"));
        Path kept =
                files().stream().filter(file -> !file.equals(envFile())).findFirst().orElseThrow();
        assertEquals("MINE=1\n", Files.readString(kept));
    }

    @Test
    void secrets_on_the_command_line_are_refused_and_not_repeated() {
        for (String flag : List.of("--token", "--password")) {
            String refusal = refusal(Map.of(), flag, token);
            assertTrue(refusal.contains(flag + "-file"), refusal);
            assertFalse(refusal.contains(token), refusal);
        }
    }

    @Test
    void check_says_what_is_wrong_with_a_registration() throws Exception {
        setup(Map.of("POSTERN_SETUP_TOKEN", token));
        assertEquals(0, run(Map.of(), "", "--check", "--env-file", envFile().toString()), text());
        forge.changeSecret(forge.apps().getFirst().clientId());
        said.clear();
        assertEquals(1, run(Map.of(), "", "--check", "--env-file", envFile().toString()));
        assertTrue(text().contains("fail  client secret"), text());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void a_fault_is_named_and_no_file_is_left(String name, Harm harm, String words)
            throws Exception {
        harm.to(this);
        String refusal = refusal(Map.of("POSTERN_SETUP_TOKEN", token));
        assertTrue(refusal.contains(words), refusal);
        assertFalse(refusal.contains("Exception") || refusal.contains("\n"), refusal);
        for (String secret : forge.issuedTokens()) assertFalse(refusal.contains(secret), refusal);
        assertEquals(List.of(), files());
    }

    /** Something that goes wrong. */
    private interface Harm {
        void to(SetupCommandTest test) throws Exception;
    }

    static Stream<Arguments> a_fault_is_named_and_no_file_is_left() {
        return Stream.of(
                mode(
                        "refuses connections",
                        t -> t.forge.operator().refuseConnections(),
                        "refuses the connection"),
                mode(
                        "hangs",
                        t -> {
                            t.patience = Duration.ofMillis(400);
                            t.forge.switchOn(Endpoint.ANY, new Fault.Hang());
                        },
                        "does not answer in time"),
                mode(
                        "page",
                        t -> t.forge.switchOn(Endpoint.ANY, Fault.html(200)),
                        "a page instead of JSON"),
                mode("fails", t -> t.forge.switchOn(Endpoint.ANY, Fault.status(500)), "status 500"),
                mode(
                        "limited",
                        t ->
                                t.forge.switchOn(
                                        Endpoint.ANY, Fault.tooManyRequests(Duration.ofSeconds(1))),
                        "429"),
                mode(
                        "redirect",
                        t ->
                                t.forge.switchOn(
                                        Endpoint.ANY,
                                        Fault.redirect(301, URI.create("https://x.example/"))),
                        "redirects"),
                mode(
                        "half",
                        t -> t.forge.switchOn(Endpoint.ANY, new Fault.HalfJson()),
                        "JSON that is not whole"),
                mode(
                        "oauth2 off",
                        t ->
                                t.forge.switchOn(
                                        Endpoint.DISCOVERY,
                                        new Fault.Answer(404, "text/plain", "")),
                        "switched off"),
                mode("too old", t -> t.forge.addFault("/api/v1/version", old(), 1), "full access"),
                mode("bad token", t -> t.token = "0123456789", "does not accept the credentials"),
                mode(
                        "token without scope",
                        t -> t.token = t.forge.addPersonalToken("root1", "read:issue"),
                        "lacks a scope"),
                mode(
                        "token that only reads",
                        t -> t.token = t.forge.addPersonalToken("root1", "read:user"),
                        "lacks a scope"),
                mode("token of two lines", t -> t.token = "a\nb", "one line of visible ASCII"),
                mode(
                        "prohibited",
                        t -> t.forge.disableUser("root1"),
                        "does not let this account in"),
                mode(
                        "must change password",
                        t -> t.forge.operator().mustChangePassword("root1", true),
                        "does not let this account in"),
                mode(
                        "echoes",
                        t -> t.forge.addFault("/api/v1/user", new Fault.EchoSecrets(400), 9),
                        "words that it is not known for"),
                mode(
                        "list fails",
                        t -> t.forge.addFault("/api/v1/user", Fault.status(502), 9),
                        "status 502"),
                mode(
                        "answer of the making lost",
                        t -> {
                            t.forge.addFault(
                                    "/api/v1/user/applications", new Fault.Meanwhile(() -> {}), 1);
                            t.forge.addFault(
                                    "/api/v1/user/applications", new Fault.LoseAnswer(), 1);
                        },
                        "delete it there before"));
    }

    private static Fault.Answer old() {
        return new Fault.Answer(200, "application/json", "{\"version\":\"7.0.1+gitea-1.22.0\"}");
    }

    private static Arguments mode(String name, Harm harm, String words) {
        return Arguments.of(name, harm, words);
    }

    private String refusal(Map<String, String> environment, String... more) {
        return assertThrows(StartRefused.class, () -> setup(environment, "", more)).getMessage();
    }

    private int setup(Map<String, String> environment) throws Exception {
        return setup(environment, "");
    }

    private int setup(Map<String, String> environment, String stdin, String... more)
            throws Exception {
        var arguments =
                new ArrayList<>(
                        List.of(
                                "--forgejo-url",
                                forgeUrl(),
                                "--public-url=https://mcp.example.org",
                                "--env-file",
                                envFile().toString()));
        arguments.addAll(Arrays.asList(more));
        return run(environment, stdin, arguments.toArray(String[]::new));
    }

    private int run(Map<String, String> environment, String stdin, String... arguments)
            throws Exception {
        return new SetupCommand(
                        new HashMap<>(environment),
                        List.of(arguments),
                        Clocks.system(),
                        new Scripted(answers),
                        new ByteArrayInputStream(stdin.getBytes(UTF_8)),
                        said::add,
                        patience)
                .run();
    }

    /** Types what it was given, in order. */
    private record Scripted(Deque<String> answers) implements Terminal {
        @Override
        public Optional<String> ask(String question) {
            return Optional.ofNullable(answers.poll());
        }

        @Override
        public Optional<Secret> askHidden(String question) {
            return ask(question).map(Secret::ofUtf8);
        }
    }

    private String forgeUrl() {
        return forge.rootUrl().toString().replaceFirst("/$", "");
    }

    private Path envFile() {
        return folder.resolve(".env");
    }

    private List<Path> files() throws Exception {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> file.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    private String text() {
        return String.join("\n", said);
    }
}
