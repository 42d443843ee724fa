package postern.testkit.forgejo;

import static postern.testkit.forgejo.ForgejoWalk.CALLBACK;

import com.fasterxml.jackson.databind.JsonNode;

import postern.testkit.browser.Browser;
import postern.testkit.browser.Page;
import postern.testkit.http.RawAnswer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a caller sees of one personality, each observation as a short text. */
final class Observations {
    private static final String SECOND_CALLBACK = CALLBACK + "2";

    private final ForgejoWalk walk;

    Observations(ForgejoWalk walk) {
        this.walk = walk;
    }

    String of(String what) throws IOException {
        return switch (what) {
            case "version" -> walk.get("api/v1/version").json().path("version").asText();
            case "issuer" -> issuer();
            case "lifetimes" -> lifetimes();
            case "refresh token used twice" -> refreshedTwice();
            case "counter in the refresh token" -> Boolean.toString(counter());
            case "other redirect_uri at the exchange" ->
                    withTwoRedirectUris("redirect_uri", SECOND_CALLBACK);
            case "no redirect_uri at the exchange" -> withTwoRedirectUris("redirect_uri", "");
            case "access token as refresh token" ->
                    outcome(walk.refresh(walk.signIn("alice").path("access_token").asText()));
            case "refresh token of another client" -> foreignRefresh();
            case "wrong verifier after consent" ->
                    outcome(walk.exchange(walk.code("alice"), "code_verifier", "wrong"));
            case "plain after consent" -> plain();
            case "wrong verifier on the silent path" -> silent("S256", "wrong");
            case "challenge without method, silent path" -> silent("", ForgejoWalk.VERIFIER);
            case "unknown scope beside read:user" ->
                    status("/repos/alice/public-notes", "read:user bogus");
            case "scopes joined by a comma" ->
                    status("/repos/alice/public-notes/issues", "read:user,read:repository");
            case "missing scope" ->
                    message(walk.api("/repos/alice/public-notes", access("read:user")));
            case "silent scope change" -> silentScopeChange();
            case "second consent of a trusted public app" -> secondConsentOfTrustedApp();
            case "fields of a new app" -> fieldsOfNewApp();
            case "groups of nobody" -> groupsOfNobody();
            case "userinfo without a token" -> userinfo();
            case "userinfo with a bad token" -> badUserinfo();
            case "API, garbage" -> refusal("garbage");
            case "API, revoked grant" -> revoked();
            case "introspection of garbage" -> introspection();
            case "cookies of the sign-in page" -> cookies();
            case "consent form" -> consentForm();
            case "fields of an attachment" -> fieldsOfAttachment();
            default -> throw new IllegalArgumentException(what);
        };
    }

    private String access(String scope) throws IOException {
        return walk.signIn("alice", "scope", scope).path("access_token").asText();
    }

    private String status(String path, String scope) throws IOException {
        return Integer.toString(walk.api(path, access(scope)).status());
    }

    private static String message(RawAnswer answer) {
        return answer.status() + " " + answer.json().path("message").asText();
    }

    private static String outcome(RawAnswer answer) {
        String words = answer.json().path("error_description").asText();
        return words.isEmpty() ? "" + answer.status() : answer.status() + " " + words;
    }

    private static String names(JsonNode node) {
        var names = new ArrayList<String>();
        node.fieldNames().forEachRemaining(names::add);
        return String.join(" ", names);
    }

    private String issuer() throws IOException {
        String issuer = walk.get(".well-known/openid-configuration").json().path("issuer").asText();
        return issuer.replace(walk.forge.rootUrl().toString().replaceFirst("/$", ""), "ROOT_URL");
    }

    private String lifetimes() throws IOException {
        JsonNode tokens = walk.signIn("alice");
        JsonNode refresh = ForgejoWalk.claims(tokens.path("refresh_token").asText());
        long seconds = refresh.path("exp").asLong() - refresh.path("iat").asLong();
        return tokens.path("expires_in").asText() + " " + seconds;
    }

    private boolean counter() throws IOException {
        return ForgejoWalk.claims(walk.signIn("alice").path("refresh_token").asText()).has("cnt");
    }

    private String refreshedTwice() throws IOException {
        String token = walk.signIn("alice").path("refresh_token").asText();
        return outcome(walk.refresh(token)) + ", " + outcome(walk.refresh(token));
    }

    private String withTwoRedirectUris(String field, String value) throws IOException {
        walk.forge
                .operator()
                .setRedirectUris(walk.app.clientId(), List.of(CALLBACK, SECOND_CALLBACK));
        return outcome(walk.exchange(walk.code("alice"), field, value));
    }

    private String foreignRefresh() throws IOException {
        DoubleApp other = walk.forge.registerApp("other", List.of(CALLBACK), true);
        return outcome(
                walk.refresh(
                        walk.signIn("alice").path("refresh_token").asText(),
                        "client_id",
                        other.clientId(),
                        "client_secret",
                        other.clientSecret()));
    }

    private String plain() throws IOException {
        String code =
                walk.code(
                        "alice",
                        "code_challenge",
                        ForgejoWalk.VERIFIER,
                        "code_challenge_method",
                        "plain");
        return outcome(walk.exchange(code));
    }

    private String silent(String method, String verifier) throws IOException {
        walk.signIn("alice");
        String code = walk.code("alice", "code_challenge_method", method);
        return outcome(walk.exchange(code, "code_verifier", verifier));
    }

    private String silentScopeChange() throws IOException {
        walk.signIn("alice", "scope", "read:user");
        walk.signIn("alice", "scope", "write:issue");
        return walk.forge.grantScope("alice", walk.app.clientId()).orElseThrow();
    }

    private String secondConsentOfTrustedApp() throws IOException {
        DoubleApp app = walk.forge.registerApp("cli", List.of(CALLBACK), false);
        walk.forge.operator().trust(app.clientId(), true);
        Browser browser = walk.anotherBrowser();
        walk.walk(browser, "alice", walk.authorizeUrl(app));
        Page second = browser.get(walk.authorizeUrl(app));
        return second.isRedirect() ? "silent" : "asks";
    }

    private String fieldsOfNewApp() throws IOException {
        String token = "token " + walk.forge.addPersonalToken("alice", "write:user");
        RawAnswer made =
                walk.postJson(
                        "api/v1/user/applications/oauth2",
                        "{\"name\":\"x\",\"redirect_uris\":[\"http://x/\"]}",
                        "Authorization",
                        token);
        return made.status() + " " + names(made.json());
    }

    private String groupsOfNobody() throws IOException {
        String bearer = "Bearer " + walk.signIn("bob").path("access_token").asText();
        JsonNode info = walk.get("login/oauth/userinfo", "Authorization", bearer).json();
        return info.has("groups") ? info.get("groups").toString() : "absent";
    }

    private String userinfo() throws IOException {
        RawAnswer answer = walk.get("login/oauth/userinfo");
        return String.join(
                "; ",
                "" + answer.status(),
                answer.header("Content-Type"),
                answer.body(),
                answer.header("WWW-Authenticate"));
    }

    private String badUserinfo() throws IOException {
        RawAnswer answer = walk.get("login/oauth/userinfo", "Authorization", "Bearer x");
        return answer.status() + " " + answer.body().strip() + answer.header("WWW-Authenticate");
    }

    private String refusal(String token) throws IOException {
        return message(walk.api("/version", token)).replace(token, "TOKEN").replace("\n", " / ");
    }

    private String revoked() throws IOException {
        String token = access("read:user");
        walk.forge.revokeGrant("alice", walk.app.clientId());
        return refusal(token).replaceFirst(" / .*", " / …");
    }

    private String introspection() throws IOException {
        RawAnswer answer = walk.introspect("garbage");
        return answer.status() + " " + answer.body().strip();
    }

    private String cookies() throws IOException {
        List<String> cookies = walk.get("user/login").headers().allValues("Set-Cookie");
        return cookies.stream()
                .map(cookie -> cookie.substring(0, cookie.indexOf('=')))
                .reduce((one, other) -> one + " " + other)
                .orElse("");
    }

    private String consentForm() throws IOException {
        Browser browser = walk.anotherBrowser();
        Page login = browser.visit(walk.authorizeUrl(walk.app));
        Page signedIn =
                browser.submit(
                        login.form(), Map.of("user_name", "alice", "password", "alice-password"));
        return browser.follow(signedIn).form().value("_csrf").isPresent() ? "_csrf" : "no _csrf";
    }

    private String fieldsOfAttachment() throws IOException {
        walk.forge.content().addIssueFile("alice", "public-notes", 1, "s.txt", "text");
        return names(walk.get("api/v1/repos/alice/public-notes/issues/1/assets").json().get(0));
    }
}
