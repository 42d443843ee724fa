package postern.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import postern.oauth.TestClient.Kind;
import postern.testkit.http.RawAnswer;
import postern.testkit.oauth.Pkce;

import java.net.URI;
import java.util.List;
import java.util.stream.Stream;

/** Rules D3 to D5: which registered redirect URI a request means, and what is appended to it. */
class RedirectMatchingTest {
    private static TestAuthorizationServer server;
    private static TestClient web;
    private static TestClient local;

    @BeforeAll
    static void start() {
        server = TestAuthorizationServer.start();
        web = server.client(Kind.PUBLIC, "https://client.example/callback");
        local =
                server.client(
                        Kind.PUBLIC,
                        "http://127.0.0.1:7777/cb?a=b",
                        "http://localhost/cb",
                        "http://[::1]:1/cb",
                        "https://localhost/cb");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static Stream<String> not_the_same() {
        return Stream.of(
                "https://CLIENT.example/callback",
                "HTTPS://client.example/callback",
                "http://client.example/callback",
                "https://client.example:443/callback",
                "https://client.example/callback/",
                "https://client.example/callback%2F",
                "https://client.example/%63allback",
                "https://client.example/x/../callback",
                "https://client.example/%2e%2e%2Fcallback",
                "https://client.example/..%252Fcallback",
                "https://client.example/callback;/../../evil",
                "https://client.example/callback%0A%0D/..",
                "https://client.example/callback\r\n",
                "https://client.example/callback?",
                "https://client.example/callback?x=y",
                "https://client.example/callback#",
                "https://client.example/callback#x",
                "https://user@client.example/callback",
                "https://client.example@evil.example/callback",
                "https://client.example\\@evil.example/callback",
                "https://client.example\\callback",
                "https://cl\u0456ent.example/callback",
                "https://xn--clent-k9b.example/callback",
                "https://client.example/callback\u0000",
                "https://client.example/callback ",
                " https://client.example/callback",
                "https://client.example./callback",
                "//client.example/callback",
                "/callback");
    }

    @ParameterizedTest(name = "D3: {0} is not the registered URI")
    @MethodSource
    void not_the_same(String uri) {
        assertPage(server.wire.get(web.authorize(Pkce.create(), "redirect_uri", uri)));
    }

    @ParameterizedTest(name = "D4: {0} -> {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    http://127.0.0.1:7777/cb?a=b     | 200
                    http://127.0.0.1/cb?a=b          | 200
                    http://127.0.0.1:1/cb?a=b        | 200
                    http://127.0.0.1:65535/cb?a=b    | 200
                    http://localhost:3000/cb         | 200
                    http://[::1]:3000/cb             | 200
                    https://localhost/cb             | 200
                    http://127.0.0.1:65536/cb?a=b    | 400
                    http://127.0.0.1:0/cb?a=b        | 400
                    http://127.0.0.1:080/cb?a=b      | 400
                    http://127.0.0.1:/cb?a=b         | 400
                    http://127.0.0.1:7777/cb         | 400
                    http://127.0.0.1:7777/cb?a=b&c=d | 400
                    http://127.0.0.1:7777/cb/?a=b    | 400
                    http://127.0.0.1:7777/CB?a=b     | 400
                    http://127.000.000.001/cb?a=b    | 400
                    http://127.1/cb?a=b              | 400
                    http://2130706433/cb?a=b         | 400
                    http://0.0.0.0/cb?a=b            | 400
                    http://localhost:7777/cb?a=b     | 400
                    http://127.0.0.1:7777/cb?a=b#    | 400
                    http://127.0.0.1:1@evil.example/cb?a=b | 400
                    HTTP://127.0.0.1:7777/cb?a=b     | 400
                    http://LOCALHOST:3000/cb         | 400
                    http://127.0.0.1:3000/cb         | 400
                    http://[0:0:0:0:0:0:0:1]:3000/cb | 400
                    https://localhost:3000/cb        | 400
                    https://127.0.0.1:7777/cb?a=b    | 400
                    """)
    void only_the_port_may_differ(String uri, int status) {
        RawAnswer answer = server.wire.get(local.authorize(Pkce.create(), "redirect_uri", uri));
        assertEquals(status, answer.status(), answer::toString);
        if (status == 400) assertPage(answer);
    }

    private static void assertPage(RawAnswer answer) {
        assertEquals(400, answer.status(), answer::toString);
        assertEquals("", answer.header("Location"));
        assertEquals("text/html; charset=utf-8", answer.header("Content-Type"));
    }

    static Stream<Arguments> appended() {
        return Stream.of(
                Arguments.of("https://client.example", "https://client.example?"),
                Arguments.of("https://client.example/cb", "https://client.example/cb?"),
                Arguments.of("https://client.example/cb?", "https://client.example/cb?"),
                Arguments.of("https://client.example/cb?a=1", "https://client.example/cb?a=1&"),
                Arguments.of(
                        "https://client.example/cb?a=%20&b", "https://client.example/cb?a=%20&b&"));
    }

    @ParameterizedTest(name = "D5 G1 G4: {0} is kept and the answer is put behind it")
    @MethodSource
    void appended(String registered, String beginning) {
        URI answer = new Walk(server.client(Kind.PUBLIC, registered)).answer();
        assertEquals(beginning, answer.toString().substring(0, beginning.length()));
        assertFalse(answer.toString().contains("#"));
        List<String> names =
                Stream.of(answer.toString().substring(beginning.length()).split("&"))
                        .map(pair -> pair.split("=", 2)[0])
                        .toList();
        assertEquals(List.of("code", "state", "iss"), names);
    }
}
