package postern.oauth;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import postern.access.Caller;
import postern.core.Secret;
import postern.oauth.TestClient.Kind;
import postern.testkit.oauth.Parameters;
import postern.vault.CannotOpen;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Rules Q2 and Q3: what clients hold is nowhere in the database's files or in the log. */
class SealingTest {
    private final Logger postern = (Logger) LoggerFactory.getLogger("postern");
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private Level level;

    @BeforeEach
    void capture() {
        level = postern.getLevel();
        postern.setLevel(Level.TRACE);
        log.start();
        postern.addAppender(log);
    }

    @AfterEach
    void release() {
        postern.detachAppender(log);
        postern.setLevel(level);
    }

    @Test
    @DisplayName("Q2: no code, token, secret, verifier or cookie is in the files or the log")
    void no_secret_is_stored_or_logged() throws IOException {
        try (var server = TestAuthorizationServer.start()) {
            TestClient client = server.client(Kind.POST, TestClient.WEB);
            var walk = new Walk(client);
            URI answer = walk.answer();
            String code = Parameters.ofQuery(answer).get("code");
            client.redeem(code, walk.pkce, "code_verifier", "C".repeat(43));
            Walk.Issued first = walk.issued(client.redeem(code, walk.pkce));
            Walk.Issued second = walk.issued(first.refresh());
            first.refresh();
            Walk.Issued open = new Walk(client).tokens();
            client.redeem(code, walk.pkce);
            second.refresh();
            client.post(
                    "/oauth/token", client.refreshFields(open.refreshToken()).changed("scope=x"));
            String cookie = walk.browser.cookies().all().getFirst().value();
            List<String> secrets =
                    List.of(
                            code,
                            first.accessToken(),
                            first.refreshToken(),
                            second.accessToken(),
                            second.refreshToken(),
                            open.accessToken(),
                            open.refreshToken(),
                            client.secret(),
                            walk.pkce.verifier(),
                            cookie);
            String files = files(server.folder());
            assertTrue(files.contains("SQLite format 3"));
            assertTrue(files.contains(walk.pkce.challenge()), "the search finds what is there");
            String logged = logged();
            assertTrue(logged.contains("oauth.grant.created"), logged);
            for (String secret : secrets) {
                for (String shape : shapes(secret)) {
                    assertFalse(files.contains(shape), "in a file of the database");
                    assertFalse(logged.contains(shape), "in the log");
                }
            }
        }
    }

    /** The whole text, and without prefix and checksum, each in four encodings. */
    private static List<String> shapes(String secret) {
        String core = secret.replaceFirst("^ptn_.._", "").substring(0, 40);
        return Stream.of(secret, core)
                .flatMap(text ->
                        Stream.of(
                                text,
                                Base64.getEncoder()
                                        .withoutPadding()
                                        .encodeToString(text.getBytes(UTF_8)),
                                HexFormat.of().formatHex(text.getBytes(UTF_8)),
                                URLEncoder.encode(text, UTF_8)))
                .toList();
    }

    private static String files(Path folder) throws IOException {
        var all = new StringBuilder();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                all.append(new String(Files.readAllBytes(file), ISO_8859_1));
            }
        }
        return all.toString();
    }

    private String logged() {
        return List.copyOf(log.list).stream()
                .map(event ->
                        event.getFormattedMessage()
                                + event.getKeyValuePairs()
                                + (event.getThrowableProxy() == null
                                        ? ""
                                        : ThrowableProxyUtil.asString(event.getThrowableProxy())))
                .collect(Collectors.joining("\n"));
    }

    @Test
    @DisplayName("K9: the grant's key opens with a live token, and with none after revocation")
    void key_opens_with_a_live_token() throws CannotOpen {
        try (var server = TestAuthorizationServer.start()) {
            var walk = new Walk(server.client(Kind.PUBLIC, TestClient.LOOPBACK));
            Walk.Issued issued = walk.tokens();
            Caller caller =
                    server.parts
                            .tokenCheck()
                            .check(issued.accessToken(), server.resource())
                            .orElseThrow();
            try (Secret key =
                    server.parts.grants().privateKey(caller.token(), caller.principal().grant())) {
                int length = key.use(bytes -> bytes.length);
                assertTrue(length > 32);
            }
            walk.client.revoke(issued.refreshToken());
            assertThrows(
                    CannotOpen.class,
                    () ->
                            server.parts
                                    .grants()
                                    .privateKey(caller.token(), caller.principal().grant()));
        }
    }
}
