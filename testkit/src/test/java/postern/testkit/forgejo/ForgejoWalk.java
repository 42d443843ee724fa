package postern.testkit.forgejo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;

import postern.testkit.browser.Browser;
import postern.testkit.browser.Page;
import postern.testkit.http.Clients;
import postern.testkit.http.RawAnswer;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A double with alice, bob and one application, and the requests that its tests repeat. */
final class ForgejoWalk implements AutoCloseable {
    static final String CALLBACK = "http://127.0.0.1:8443/callback";

    /** The pair of RFC 7636 appendix B. */
    static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    final ForgejoDouble forge;
    final DoubleApp app;
    final Browser browser = Browser.open();
    private final HttpClient client = Clients.create();
    private final List<Browser> browsers = new ArrayList<>(List.of(browser));

    ForgejoWalk() throws IOException {
        this(ForgejoDoubleOptions.standard());
    }

    ForgejoWalk(ForgejoDoubleOptions options) throws IOException {
        forge = ForgejoDouble.start(options);
        forge.addUser("alice", "alice-password");
        forge.addUser("bob", "bob-password");
        app = forge.registerApp("broker", List.of(CALLBACK), true);
    }

    Browser anotherBrowser() {
        Browser another = Browser.open();
        browsers.add(another);
        return another;
    }

    String authorizeUrl(DoubleApp toApp, String... more) {
        var parameters = new LinkedHashMap<String, String>();
        parameters.put("client_id", toApp.clientId());
        parameters.put("redirect_uri", CALLBACK);
        parameters.put("response_type", "code");
        parameters.put("state", "st");
        parameters.put("code_challenge", CHALLENGE);
        parameters.put("code_challenge_method", "S256");
        put(parameters, more);
        return forge.address() + "login/oauth/authorize?" + encoded(parameters);
    }

    /** Signs in if needed, consents if asked, and returns the parameters of the redirect. */
    Map<String, String> walk(Browser with, String login, String url) throws IOException {
        Page page = with.get(url);
        var person = new ForgejoPerson(with, login, login + "-password");
        return query(person.walkTo(page, CALLBACK));
    }

    String code(String login, String... more) throws IOException {
        return walk(anotherBrowser(), login, authorizeUrl(app, more)).get("code");
    }

    /** A fresh sign-in in a fresh browser, exchanged. */
    JsonNode signIn(String login, String... more) throws IOException {
        RawAnswer answer = exchange(code(login, more));
        if (answer.status() != 200) {
            throw new IllegalStateException(answer.toString());
        }
        return answer.json();
    }

    RawAnswer exchange(String code, String... more) throws IOException {
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", "authorization_code");
        form.put("client_id", app.clientId());
        form.put("client_secret", app.clientSecret());
        form.put("code", code);
        form.put("redirect_uri", CALLBACK);
        form.put("code_verifier", VERIFIER);
        put(form, more);
        return postForm("login/oauth/access_token", form);
    }

    RawAnswer refresh(String refreshToken, String... more) throws IOException {
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", "refresh_token");
        form.put("client_id", app.clientId());
        form.put("client_secret", app.clientSecret());
        form.put("refresh_token", refreshToken);
        put(form, more);
        return postForm("login/oauth/access_token", form);
    }

    RawAnswer introspect(String token) throws IOException {
        String pair = app.clientId() + ":" + app.clientSecret();
        return postForm(
                "login/oauth/introspect",
                Map.of("token", token),
                "Authorization",
                "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)));
    }

    RawAnswer postForm(String path, Map<String, String> form, String... headers)
            throws IOException {
        HttpRequest.Builder request =
                request(path)
                        .POST(HttpRequest.BodyPublishers.ofString(encoded(form)))
                        .header("Content-Type", "application/x-www-form-urlencoded");
        return send(request, headers);
    }

    RawAnswer postJson(String path, String json, String... headers) throws IOException {
        HttpRequest.Builder request =
                request(path)
                        .POST(HttpRequest.BodyPublishers.ofString(json))
                        .header("Content-Type", "application/json");
        return send(request, headers);
    }

    RawAnswer send(String method, String path, String body, String... headers) throws IOException {
        return send(
                request(path).method(method, HttpRequest.BodyPublishers.ofString(body)), headers);
    }

    RawAnswer get(String path, String... headers) throws IOException {
        return send(request(path).GET(), headers);
    }

    RawAnswer api(String path, String accessToken) throws IOException {
        return get("api/v1" + path, "Authorization", "Bearer " + accessToken);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(forge.address().resolve(path));
    }

    private RawAnswer send(HttpRequest.Builder request, String... headers) throws IOException {
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return Clients.send(client, request.build());
    }

    private static void put(Map<String, String> map, String... pairs) {
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
    }

    private static String encoded(Map<String, String> values) {
        return values.entrySet().stream()
                .map(value -> value.getKey() + "=" + URLEncoder.encode(value.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
    }

    static Map<String, String> query(URI uri) {
        var values = new LinkedHashMap<String, String>();
        for (String pair : uri.getRawQuery().split("&", -1)) {
            String[] parts = pair.split("=", 2);
            values.put(parts[0], URLDecoder.decode(parts[1], UTF_8));
        }
        return values;
    }

    static JsonNode claims(String jwt) throws IOException {
        return Json.parse(Base64.getUrlDecoder().decode(jwt.split("\\.", -1)[1]));
    }

    @Override
    public void close() {
        browsers.forEach(Browser::close);
        client.shutdownNow();
        forge.close();
    }
}
