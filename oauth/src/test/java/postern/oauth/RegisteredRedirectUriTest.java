package postern.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import postern.testkit.http.RawAnswer;

import java.util.stream.Stream;

/** Rules B8 to B11: which redirect URIs may be registered. */
class RegisteredRedirectUriTest {
    private static TestAuthorizationServer server;

    @BeforeAll
    static void start() {
        server = TestAuthorizationServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static RawAnswer register(String... uris) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        for (String uri : uris) json.withArray("redirect_uris").add(uri);
        server.clock().relaxLimits();
        return server.wire.json("/oauth/register", json.toString());
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of("B8", "/relative"),
                Arguments.of("B8", "client.example/cb"),
                Arguments.of("B8", ""),
                Arguments.of("B8", "https://"),
                Arguments.of("B8", "https:///cb"),
                Arguments.of("B8", "https:client.example"),
                Arguments.of("B8", "https://client.example/cb#"),
                Arguments.of("B8", "https://client.example/cb#x"),
                Arguments.of("B8", "https://user@client.example/cb"),
                Arguments.of("B8", "https://user:pass@client.example/cb"),
                Arguments.of("B8", "https://*.client.example/cb"),
                Arguments.of("B8", "https://client.example/*"),
                Arguments.of("B8", "https://client.example\\@evil.example/"),
                Arguments.of("B8", "https://client.example/../cb"),
                Arguments.of("B8", "https://client.example/%2e%2E/cb"),
                Arguments.of("B8", "https://client.example/" + "x".repeat(2048)),
                Arguments.of("B8", "https://clïent.example/cb"),
                Arguments.of("B9", "javascript:alert(1)"),
                Arguments.of("B9", "JavaScript:alert(1)"),
                Arguments.of("B9", "javascript://client.example/%0aalert(1)"),
                Arguments.of("B9", " javascript:alert(1)"),
                Arguments.of("B9", "\tjavascript:alert(1)"),
                Arguments.of("B9", "\u0000javascript:alert(1)"),
                Arguments.of("B9", "\u000bjavascript:alert(1)"),
                Arguments.of("B9", "\u000cjavascript:alert(1)"),
                Arguments.of("B9", "jav\tascript:alert(1)"),
                Arguments.of("B9", "jav\nascript:alert(1)"),
                Arguments.of("B9", "jav\u0000ascript:alert(1)"),
                Arguments.of("B9", "data:text/html,x"),
                Arguments.of("B9", "DATA:text/html,x"),
                Arguments.of("B9", "vbscript:x"),
                Arguments.of("B9", "file:///etc/passwd"),
                Arguments.of("B9", "blob:https://client.example/1"),
                Arguments.of("B9", "about:blank"),
                Arguments.of("B9", "view-source:https://client.example/"),
                Arguments.of("B10", "http://client.example/cb"),
                Arguments.of("B10", "http://127.0.0.2/cb"),
                Arguments.of("B10", "http://127.1/cb"),
                Arguments.of("B10", "http://0.0.0.0/cb"),
                Arguments.of("B10", "http://LOCALHOST/cb"),
                Arguments.of("B10", "http://localhost.evil.example/cb"),
                Arguments.of("B10", "http://localhost:99999/cb"),
                Arguments.of("B10", "HTTP://localhost/cb"),
                Arguments.of("B10", "cursor://anysphere.cursor-mcp/callback"),
                Arguments.of("B11", "https://client.example/cb?code=1"),
                Arguments.of("B11", "https://client.example/cb?state"),
                Arguments.of("B11", "https://client.example/cb?a=b&iss="),
                Arguments.of("B11", "https://client.example/cb?error=x"),
                Arguments.of("B11", "https://client.example/cb?a;error_description=x"),
                Arguments.of("B11", "https://client.example/cb?%63ode=1"));
    }

    @ParameterizedTest(name = "{0}: {1} is refused")
    @MethodSource
    void refused(String rule, String uri) {
        RawAnswer answer = register(uri);
        assertEquals(400, answer.status(), answer::toString);
        assertEquals("invalid_redirect_uri", answer.json().path("error").asText());
        RawAnswer beside = register("https://client.example/cb", uri);
        if (!uri.startsWith("cursor:")) assertEquals(400, beside.status(), beside::toString);
    }

    @ParameterizedTest(name = "B10: {0} is accepted and echoed as it is")
    @ValueSource(
            strings = {
                "https://client.example",
                "https://client.example/cb?a=b",
                "https://client.example:8443/cb",
                "http://127.0.0.1/cb",
                "http://127.0.0.1:1234/cb",
                "http://localhost",
                "http://[::1]:1234/cb",
                "https://xn--clent-fsa.example/cb"
            })
    void accepted(String uri) {
        RawAnswer answer = register(uri);
        assertEquals(201, answer.status(), answer::toString);
        assertEquals(uri, answer.json().at("/redirect_uris/0").asText());
        assertEquals(1, answer.json().path("redirect_uris").size());
    }

    @Test
    @DisplayName("B10: a private scheme beside https is left out, and the answer says so")
    void private_scheme_is_left_out() {
        RawAnswer answer =
                register("cursor://anysphere.cursor-mcp/cb", "https://www.cursor.com/cb");
        assertEquals(201, answer.status());
        assertEquals(
                "[\"https://www.cursor.com/cb\"]", answer.json().path("redirect_uris").toString());
    }
}
