package postern.app.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import postern.access.AdmissionRule;
import postern.oauth.client.DocumentPolicy;
import postern.oauth.client.RegistrationPolicy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

class ConfigurationReaderTest {
    @TempDir Path folder;

    private static Configuration read(Map<String, String> environment, String... flags)
            throws ConfigurationRefused {
        return ConfigurationReader.read(environment, List.of(flags)).configuration();
    }

    private static List<Problem> problems(Map<String, String> environment, String... flags) {
        return assertThrows(ConfigurationRefused.class, () -> read(environment, flags)).problems();
    }

    @Test
    void with_nothing_set_everything_stays_on_this_computer() throws Exception {
        Configuration configuration = read(Map.of());
        assertEquals("/127.0.0.1:8080", configuration.listen().toString());
        assertEquals(Optional.empty(), configuration.forgejo());
        assertEquals(Optional.empty(), configuration.publicUrl());
        assertEquals(Duration.ofMinutes(30), configuration.sessionIdle());
        assertEquals(5, configuration.childrenPerGrant());
        assertEquals(50, configuration.childrenMax());
        assertEquals(Duration.ofSeconds(120), configuration.refreshGrace());
    }

    @Test
    void a_file_of_the_master_key_that_others_can_read_is_refused() throws Exception {
        Path file = Files.writeString(folder.resolve("key"), "A".repeat(42) + "E=");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
        Map<String, String> environment = Map.of("POSTERN_MASTER_KEY_FILE", file.toString());
        Problem refused = problems(environment).getFirst();
        assertEquals("POSTERN_MASTER_KEY_FILE", refused.where());
        assertTrue(refused.fault().contains("chmod 600 " + file), refused.fault());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
        assertTrue(read(environment).masterKey().isPresent());
    }

    @Test
    void all_problems_are_reported_at_once_each_with_fault_and_example() {
        Map<String, String> environment = new HashMap<>();
        environment.put("POSTERN_PUBLIC_URL", "http://mcp.example.org");
        environment.put("POSTERN_FORGEJO_URL", "git.example.org");
        environment.put("POSTERN_SESSION_IDLE", "5");
        environment.put("POSTERN_CHILDREN_MAX", "0");
        environment.put("POSTERN_LISTN", "127.0.0.1:1");
        List<Problem> problems = problems(environment);
        assertEquals(
                List.of(
                        "POSTERN_CHILDREN_MAX",
                        "POSTERN_FORGEJO_CLIENT_ID",
                        "POSTERN_FORGEJO_CLIENT_SECRET",
                        "POSTERN_FORGEJO_URL",
                        "POSTERN_LISTN",
                        "POSTERN_PUBLIC_URL",
                        "POSTERN_SESSION_IDLE"),
                problems.stream().map(Problem::where).sorted().toList());
        assertTrue(
                problems.stream()
                        .filter(problem -> !problem.where().equals("POSTERN_LISTN"))
                        .noneMatch(problem -> problem.example().isEmpty()));
    }

    @Test
    void an_unknown_variable_names_the_nearest_one() {
        List<Problem> problems = problems(Map.of("POSTERN_PUBLIC_URI", "https://x.example"));
        assertEquals(
                "POSTERN_PUBLIC_URI is not a setting, did you mean POSTERN_PUBLIC_URL?",
                problems.getFirst().toString());
    }

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    POSTERN_PUBLIC_URL | http://mcp.example.org
                    POSTERN_PUBLIC_URL | https://mcp.example.org/path
                    POSTERN_PUBLIC_URL | https://Mcp.example.org
                    POSTERN_PUBLIC_URL | https://u:p@mcp.example.org
                    POSTERN_PUBLIC_URL | ftp://mcp.example.org
                    POSTERN_LISTEN | 8080
                    POSTERN_LISTEN | 127.0.0.1:99999
                    POSTERN_LISTEN | example.org:80
                    POSTERN_SESSION_IDLE | 25h
                    POSTERN_SESSION_IDLE | -1s
                    POSTERN_CHILDREN_PER_GRANT | 101
                    POSTERN_REFRESH_GRACE | 61m
                    POSTERN_ALLOW_SHARED_UID | yes
                    POSTERN_RELAY_ALLOW | hooks,keys
                    POSTERN_LOG_FORMAT | xml
                    POSTERN_FORGEJO_CLIENT_ID | two words
                    """)
    void a_wrong_value_is_refused_and_not_shown(String name, String value) {
        List<Problem> problems = problems(Map.of(name, value));
        assertTrue(problems.stream().anyMatch(problem -> problem.where().equals(name)));
        assertFalse(problems.toString().contains(" " + value + " "));
    }

    @Test
    void a_listener_for_other_machines_needs_a_public_url() {
        List<Problem> problems = problems(Map.of("POSTERN_LISTEN", "0.0.0.0:8080"));
        assertEquals("POSTERN_PUBLIC_URL", problems.getFirst().where());
    }

    @Test
    void a_flag_wins_over_a_variable_and_a_file_gives_a_secret() throws Exception {
        Path secret = folder.resolve("secret");
        Files.writeString(secret, "s3cret\n");
        Map<String, String> environment = new HashMap<>();
        environment.put("POSTERN_FORGEJO_URL", "https://git.example.org/");
        environment.put("POSTERN_FORGEJO_CLIENT_ID", "id");
        environment.put("POSTERN_FORGEJO_CLIENT_SECRET_FILE", secret.toString());
        environment.put("POSTERN_LISTEN", "127.0.0.1:1");
        Configuration configuration = read(environment, "--listen", "127.0.0.1:2");
        assertEquals(2, configuration.listen().getPort());
        Configuration.Forgejo forgejo = configuration.forgejo().orElseThrow();
        assertEquals("https://git.example.org", forgejo.url().toString());
        assertEquals(forgejo.url(), forgejo.internalUrl());
        assertEquals("s3cret", forgejo.clientSecret().<String>useText(text -> text));
    }

    /** Else people would be asked for codes that nobody made, at a server that anybody may run. */
    @Test
    void an_empty_file_of_the_client_secret_does_not_mean_the_builtin_sign_in() throws Exception {
        Path empty = Files.writeString(folder.resolve("empty"), "\n");
        for (String kind : List.of("FORGEJO", "OIDC")) {
            String address = kind.equals("OIDC") ? "POSTERN_OIDC_ISSUER" : "POSTERN_FORGEJO_URL";
            List<Problem> problems =
                    problems(
                            Map.of(
                                    address,
                                    "https://x.example",
                                    "POSTERN_" + kind + "_CLIENT_ID",
                                    "id",
                                    "POSTERN_" + kind + "_CLIENT_SECRET_FILE",
                                    empty.toString()));
            assertEquals("POSTERN_" + kind + "_CLIENT_SECRET", problems.getFirst().where());
        }
    }

    @Test
    void a_secret_has_no_flag() {
        List<Problem> problems = problems(Map.of(), "--master-key", "canary");
        assertEquals("--master-key", problems.getFirst().where());
        assertFalse(problems.toString().contains("canary"));
    }

    @Test
    void the_effective_configuration_shows_no_secret() throws Exception {
        var effective =
                ConfigurationReader.read(Map.of("POSTERN_MASTER_KEY", "canary"), List.of())
                        .effective();
        assertFalse(effective.toString().contains("canary"));
        assertTrue(effective.toString().contains("***"));
    }

    @Test
    void the_reference_page_is_the_generated_one() throws IOException {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("docs/configuration.md"))) folder = folder.getParent();
        assertEquals(
                Files.readString(folder.resolve("docs/configuration.md")),
                Reference.markdown(),
                "run 'make docs'");
    }

    @Test
    void a_registration_token_and_its_mode_come_together() throws Exception {
        String token = "0123456789abcdef0123456789abcdef";
        assertEquals(
                List.of("POSTERN_REGISTRATION_TOKEN"),
                problems(Map.of("POSTERN_REGISTRATION", "token")).stream()
                        .map(Problem::where)
                        .toList());
        assertEquals(1, problems(Map.of("POSTERN_REGISTRATION_TOKEN", token)).size());
        List<Problem> tooShort =
                problems(
                        Map.of(
                                "POSTERN_REGISTRATION", "token",
                                "POSTERN_REGISTRATION_TOKEN", "canary"));
        assertEquals(1, tooShort.size());
        assertFalse(tooShort.toString().contains("canary"));
        Configuration.Clients clients =
                read(Map.of(
                                "POSTERN_REGISTRATION", "token",
                                "POSTERN_REGISTRATION_TOKEN", token,
                                "POSTERN_CLIENT_DOCUMENTS", "shipped"))
                        .clients();
        assertTrue(clients.registration() instanceof RegistrationPolicy.WithToken);
        assertEquals(DocumentPolicy.SHIPPED, clients.documents());
        assertFalse(clients.allowPrivateDocuments());
    }

    private static Map<String, String> oidc() {
        return Map.of(
                "POSTERN_OIDC_ISSUER", "https://sso.example.org/",
                "POSTERN_OIDC_CLIENT_ID", "postern",
                "POSTERN_OIDC_CLIENT_SECRET", "secret");
    }

    private static Map<String, String> oidc(String name, String value) {
        var changed = new HashMap<>(oidc());
        changed.put(name, value);
        return changed;
    }

    @Test
    void an_oidc_issuer_is_kept_to_the_byte() throws Exception {
        Configuration.Oidc provider = read(oidc()).oidc().orElseThrow();
        assertEquals("https://sso.example.org/", provider.issuer());
        assertEquals("openid profile", provider.scopes());
        assertEquals(Optional.empty(), provider.name());
        assertEquals(Optional.empty(), read(oidc()).forgejo());
        assertEquals(Optional.empty(), read(Map.of()).oidc());
    }

    @ParameterizedTest(name = "{0}={1}: {2} {3}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    POSTERN_OIDC_ISSUER        | http://sso.example.org | POSTERN_OIDC_ISSUER | must be https
                    POSTERN_OIDC_ISSUER        | sso.example.org        | POSTERN_OIDC_ISSUER | must be an https
                    POSTERN_OIDC_ISSUER        | https://x.example/?a=b | POSTERN_OIDC_ISSUER | must have no query
                    POSTERN_OIDC_ISSUER        | ''                     | POSTERN_OIDC_ISSUER | is missing
                    POSTERN_OIDC_CLIENT_SECRET | ''                     | POSTERN_OIDC_CLIENT_SECRET | is missing
                    POSTERN_OIDC_SCOPES        | profile                | POSTERN_OIDC_SCOPES | must contain openid
                    POSTERN_OIDC_SCOPES        | openid  profile        | POSTERN_OIDC_SCOPES | single spaces
                    POSTERN_FORGEJO_URL        | https://git.example    | POSTERN_OIDC_ISSUER | cannot be set beside POSTERN_FORGEJO_URL
                    POSTERN_ALLOW              | ada                    | POSTERN_ALLOW | limit at the provider
                    POSTERN_ADMINS             | ada                    | POSTERN_ADMINS | limit at the provider
                    """)
    void oidc_settings_that_do_not_fit(String name, String value, String where, String fault) {
        assertTrue(
                problems(oidc(name, value)).stream()
                        .anyMatch(one -> one.where().equals(where) && one.fault().contains(fault)),
                () -> problems(oidc(name, value)).toString());
    }

    @Test
    void http_is_for_a_provider_on_this_computer() throws Exception {
        for (String host : List.of("127.0.0.1", "localhost", "[::1]")) {
            String issuer = "http://" + host + ":9000/realms/x";
            assertEquals(
                    issuer,
                    read(oidc("POSTERN_OIDC_ISSUER", issuer)).oidc().orElseThrow().issuer());
        }
    }

    @Test
    void people_are_named_by_login_organisation_and_team_but_teams_only_at_a_forge()
            throws Exception {
        assertEquals(AdmissionRule.EVERYBODY, read(Map.of()).admission());
        Map<String, String> lists = new HashMap<>();
        lists.put("POSTERN_ALLOW", "alice, acme/dev");
        lists.put("POSTERN_ADMINS", "acme/ops acme/night");
        assertEquals(
                List.of("POSTERN_ADMINS", "POSTERN_ADMINS", "POSTERN_ALLOW"),
                problems(lists).stream().map(Problem::where).sorted().toList());
        lists.put("POSTERN_FORGEJO_URL", "https://git.example.org");
        lists.put("POSTERN_FORGEJO_CLIENT_ID", "id");
        lists.put("POSTERN_FORGEJO_CLIENT_SECRET", "secret");
        AdmissionRule rule = read(lists).admission();
        assertEquals(Set.of("acme:dev"), rule.allow().orElseThrow().teams());
        assertEquals(2, rule.administrators().orElseThrow().teams().size());
        lists.put("POSTERN_ALLOW", ", ,");
        assertEquals("POSTERN_ALLOW", problems(lists).getFirst().where());
    }
}
