package postern.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.testkit.http.RawAnswer;
import postern.testkit.oauth.Pkce;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A registered client and what it sends. Later pairs replace earlier ones; null leaves a pair out.
 */
public record TestClient(
        TestAuthorizationServer server, Kind kind, String id, String secret, String redirectUri) {
    /** How it authenticates. */
    public enum Kind {
        PUBLIC("none"),
        POST("client_secret_post"),
        BASIC("client_secret_basic");

        private final String method;

        Kind(String method) {
            this.method = method;
        }
    }

    public static final String LOOPBACK = "http://127.0.0.1:7777/callback";
    public static final String WEB = "https://client.example/callback";

    static TestClient register(TestAuthorizationServer server, Kind kind, String... redirectUris) {
        ObjectNode metadata = JsonNodeFactory.instance.objectNode();
        // a name of its own: equal registrations of public clients would share one id
        metadata.put("client_name", "Test client " + Pkce.randomText().substring(0, 8));
        metadata.put("token_endpoint_auth_method", kind.method);
        List.of("authorization_code", "refresh_token")
                .forEach(metadata.withArray("grant_types")::add);
        Arrays.asList(redirectUris).forEach(metadata.withArray("redirect_uris")::add);
        server.clock().relaxLimits();
        RawAnswer answer = server.wire.json("/oauth/register", metadata.toString());
        assertEquals(201, answer.status(), answer::toString);
        return new TestClient(
                server,
                kind,
                answer.json().path("client_id").asText(),
                answer.json().path("client_secret").asText(null),
                redirectUris[0]);
    }

    /** A good authorization request. */
    public Fields authorizeFields(Pkce pkce, String... changes) {
        String[] good = {
            "response_type",
            "code",
            "client_id",
            id,
            "redirect_uri",
            redirectUri,
            "state",
            "s1",
            "code_challenge",
            pkce.challenge(),
            "code_challenge_method",
            "S256",
            "resource",
            server.resource()
        };
        return Fields.of(merged(good, changes));
    }

    public String authorize(Pkce pkce, String... changes) {
        return "/oauth/authorize?" + authorizeFields(pkce, changes).encoded();
    }

    public Fields redeemFields(String code, Pkce pkce, String... changes) {
        String[] good = {
            "grant_type",
            "authorization_code",
            "code",
            code,
            "code_verifier",
            pkce.verifier(),
            "redirect_uri",
            redirectUri
        };
        return Fields.of(merged(credentials(), merged(good, changes)));
    }

    /** Redeems {@code code} as registered, with changes. */
    public RawAnswer redeem(String code, Pkce pkce, String... changes) {
        return post("/oauth/token", redeemFields(code, pkce, changes));
    }

    public Fields refreshFields(String refreshToken, String... changes) {
        String[] good = {"grant_type", "refresh_token", "refresh_token", refreshToken};
        return Fields.of(merged(credentials(), merged(good, changes)));
    }

    public RawAnswer refresh(String refreshToken, String... changes) {
        return post("/oauth/token", refreshFields(refreshToken, changes));
    }

    public RawAnswer revoke(String token, String... changes) {
        String[] good = {"token", token};
        return post("/oauth/revoke", Fields.of(merged(credentials(), merged(good, changes))));
    }

    /** As it is, with the Authorization header of a client that has one. */
    public RawAnswer post(String path, Fields fields) {
        return kind == Kind.BASIC
                ? server.wire.formBody(path, fields.encoded(), "Authorization", basic(id, secret))
                : server.wire.formBody(path, fields.encoded());
    }

    private String[] credentials() {
        return switch (kind) {
            case PUBLIC -> new String[] {"client_id", id};
            case POST -> new String[] {"client_id", id, "client_secret", secret};
            case BASIC -> new String[] {};
        };
    }

    public static String basic(String id, String secret) {
        byte[] pair = (id + ":" + secret).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return "Basic " + java.util.Base64.getEncoder().encodeToString(pair);
    }

    private static String[] merged(String[] base, String[] changes) {
        List<String> changed = Arrays.asList(changes);
        Stream<String> kept =
                Stream.iterate(0, i -> i < base.length, i -> i + 2)
                        .filter(i -> !isNamed(changed, base[i]))
                        .flatMap(i -> Stream.of(base[i], base[i + 1]));
        return Stream.concat(kept, changed.stream()).toArray(String[]::new);
    }

    private static boolean isNamed(List<String> pairs, String name) {
        for (int i = 0; i < pairs.size(); i += 2) {
            if (pairs.get(i).equals(name)) return true;
        }
        return false;
    }
}
