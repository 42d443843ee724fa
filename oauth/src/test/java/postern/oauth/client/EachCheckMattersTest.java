package postern.oauth.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import postern.oauth.Setup;
import postern.oauth.TestAuthorizationServer;
import postern.oauth.TestClient;
import postern.oauth.TestClient.Kind;
import postern.testkit.http.RawAnswer;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** No rule of client authentication is idle: without it at least one refusal is another one. */
class EachCheckMattersTest {
    private static final List<String> REFUSALS =
            List.of(
                    "400 invalid_request", // two mechanisms
                    "400 invalid_request", // two identities
                    "401 invalid_client", // unknown
                    "401 invalid_client", // not the registered method
                    "401 invalid_client"); // wrong secret

    @Test
    @DisplayName("with all rules each case gets its refusal")
    void all_rules() {
        assertEquals(REFUSALS, outcomes(ClientAuthentication.rules()));
    }

    static Stream<Integer> rule() {
        return IntStream.range(0, ClientAuthentication.rules().size()).boxed();
    }

    @ParameterizedTest(name = "rule {0} is needed")
    @MethodSource
    void rule(int index) {
        List<ClientAuthentication.Rule> rest = new ArrayList<>(ClientAuthentication.rules());
        rest.remove(index);
        assertNotEquals(REFUSALS, outcomes(rest));
    }

    private static List<String> outcomes(List<ClientAuthentication.Rule> rules) {
        Setup setup =
                Setup.standard()
                        .authentication(parts ->
                                new ClientAuthentication(
                                        parts.clients(),
                                        parts.vault(),
                                        parts.clock().ticker(),
                                        rules));
        try (var server = TestAuthorizationServer.start(setup)) {
            TestClient basic = server.client(Kind.BASIC, TestClient.WEB);
            TestClient post = server.client(Kind.POST, TestClient.WEB);
            String header = TestClient.basic(basic.id(), basic.secret());
            return Stream.of(
                            send(server, header, "&client_secret=x"),
                            send(server, header, "&client_id=" + post.id()),
                            send(server, TestClient.basic("unknown", "x"), ""),
                            send(server, TestClient.basic(post.id(), post.secret()), ""),
                            send(server, TestClient.basic(basic.id(), "wrong"), ""))
                    .map(answer -> answer.status() + " " + answer.json().path("error").asText())
                    .toList();
        }
    }

    private static RawAnswer send(TestAuthorizationServer server, String header, String more) {
        String body = "grant_type=refresh_token&refresh_token=x" + more;
        return server.wire.formBody("/oauth/token", body, "Authorization", header);
    }
}
