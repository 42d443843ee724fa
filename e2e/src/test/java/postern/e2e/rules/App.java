package postern.e2e.rules;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.testkit.oauth.Pkce;

import java.io.IOException;
import java.util.Base64;

/**
 * A registered client.
 *
 * @param method how it authenticates at the token endpoint
 * @param secret empty for a public client
 */
record App(Site site, Wire wire, String id, String secret, String method, String redirectUri) {
    static final String LOOPBACK = "http://127.0.0.1:7777/callback";
    static final String WEB = "https://client.example/callback";
    static final String NONE = "none";
    static final String BASIC = "client_secret_basic";
    static final String POST = "client_secret_post";

    /** A program on the person's computer; errors may be sent to it by redirect. */
    static App local(Site site) throws IOException {
        return registered(site, NONE, LOOPBACK);
    }

    /** A web page somewhere; a stranger. */
    static App web(Site site) throws IOException {
        return registered(site, NONE, WEB);
    }

    static App registered(Site site, String method, String... redirectUris) throws IOException {
        return of(site, site.register(document(method, redirectUris).toString()), redirectUris[0]);
    }

    static App of(Site site, Answer registration, String redirectUri) {
        registration.is(201);
        return new App(
                site,
                site.wire(),
                registration.json().path("client_id").asText(),
                registration.json().path("client_secret").asText(""),
                registration.json().path("token_endpoint_auth_method").asText(),
                redirectUri);
    }

    /** With a name that nobody else has: equal public registrations may share an id. */
    static ObjectNode document(String method, String... redirectUris) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("client_name", Site.unique("rules"));
        for (String uri : redirectUris) document.withArray("redirect_uris").add(uri);
        document.putArray("grant_types").add("authorization_code").add("refresh_token");
        document.put("token_endpoint_auth_method", method);
        return document;
    }

    Params authorization(Pkce pkce) {
        return Params.of(
                "response_type",
                "code",
                "client_id",
                id,
                "redirect_uri",
                redirectUri,
                "state",
                "st " + Site.unique("state"),
                "code_challenge",
                pkce.challenge(),
                "code_challenge_method",
                "S256");
    }

    Answer authorize(Params request) throws IOException {
        return wire.get("/oauth/authorize?" + request.encoded());
    }

    /** To the token endpoint, with what the client proves itself with. */
    Answer token(Params request) throws IOException {
        return authenticated("/oauth/token", request);
    }

    Answer authenticated(String path, Params request) throws IOException {
        return switch (method) {
            case BASIC -> wire.post(path, request, "Authorization", basic(id, secret));
            case POST ->
                    wire.post(path, request.with("client_id", id).with("client_secret", secret));
            default -> wire.post(path, request.with("client_id", id));
        };
    }

    static String basic(String id, String secret) {
        String pair = Params.encode(id) + ":" + Params.encode(secret);
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
    }

    Params redemption(String code, Pkce pkce) {
        return Params.of(
                "grant_type",
                "authorization_code",
                "code",
                code,
                "redirect_uri",
                redirectUri,
                "code_verifier",
                pkce.verifier());
    }

    static Params renewal(String refreshToken) {
        return Params.of("grant_type", "refresh_token", "refresh_token", refreshToken);
    }

    Answer refresh(String refreshToken) throws IOException {
        return token(renewal(refreshToken));
    }

    Answer revoke(String token) throws IOException {
        return authenticated("/oauth/revoke", Params.of("token", token));
    }

    Walk walk() {
        return walk(site.visitor());
    }

    Walk walk(Visitor visitor) {
        return new Walk(this, visitor);
    }

    /** A whole sign-in of a new person. */
    Granted connect() throws IOException {
        return walk().tokens();
    }
}
