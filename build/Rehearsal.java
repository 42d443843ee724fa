import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Walks one whole sign-in and one session, so that the class archive knows what such a day needs.
 */
final class Rehearsal {
    private static final String VERIFIER = "rehearsal-rehearsal-rehearsal-rehearsal-1234";
    private static final String REDIRECT = "http://127.0.0.1:1/callback";
    private static final Pattern INPUT =
            Pattern.compile("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\">");

    private final HttpClient http = HttpClient.newHttpClient();
    private final String server;
    private final Map<String, String> cookies = new HashMap<>();

    private Rehearsal(String server) {
        this.server = server;
    }

    public static void main(String[] arguments) throws Exception {
        new Rehearsal(arguments[0]).run(arguments[1]);
    }

    private void run(String signInCode) throws Exception {
        get(server + "/healthz");
        get(server + "/.well-known/oauth-authorization-server");
        get(server + "/.well-known/oauth-protected-resource/mcp");
        post(server + "/mcp", "application/json", "{}", Map.of());
        String registration =
                "{\"redirect_uris\":[\""
                        + REDIRECT
                        + "\"],\"token_endpoint_auth_method\":\"none\",\"client_name\":\"rehearsal\","
                        + "\"grant_types\":[\"authorization_code\",\"refresh_token\"]}";
        String client =
                member(
                        post(server + "/oauth/register", "application/json", registration, Map.of())
                                .body(),
                        "client_id");
        String code = authorize(client, signInCode);
        Map<String, String> exchange = new LinkedHashMap<>();
        exchange.put("grant_type", "authorization_code");
        exchange.put("client_id", client);
        exchange.put("code", code);
        exchange.put("redirect_uri", REDIRECT);
        exchange.put("code_verifier", VERIFIER);
        String tokens = form(server + "/oauth/token", exchange).body();
        String refreshed =
                form(
                                server + "/oauth/token",
                                Map.of(
                                        "grant_type",
                                        "refresh_token",
                                        "client_id",
                                        client,
                                        "refresh_token",
                                        member(tokens, "refresh_token")))
                        .body();
        session(member(refreshed, "access_token"));
        form(
                server + "/oauth/revoke",
                Map.of("client_id", client, "token", member(refreshed, "refresh_token")));
    }

    private String authorize(String client, String signInCode) throws Exception {
        byte[] digest =
                java.security.MessageDigest.getInstance("SHA-256")
                        .digest(VERIFIER.getBytes(StandardCharsets.US_ASCII));
        String challenge = java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        Map<String, String> request = new LinkedHashMap<>();
        request.put("response_type", "code");
        request.put("client_id", client);
        request.put("redirect_uri", REDIRECT);
        request.put("code_challenge", challenge);
        request.put("code_challenge_method", "S256");
        request.put("state", "s");
        HttpResponse<String> consent = get(server + "/oauth/authorize?" + encode(request));
        Map<String, String> answer = hidden(consent.body());
        answer.put("decision", "allow");
        HttpResponse<String> upstream = form(server + "/oauth/consent", answer);
        String signIn = location(upstream);
        HttpResponse<String> page = get(signIn);
        Map<String, String> proof = hidden(page.body());
        proof.put("code", signInCode);
        HttpResponse<String> back = form(signIn.split("\\?")[0], proof);
        HttpResponse<String> callback = get(location(back));
        Matcher code = Pattern.compile("[?&]code=([^&]+)").matcher(location(callback));
        if (!code.find()) throw new IllegalStateException("no code");
        return code.group(1);
    }

    private void session(String token) throws Exception {
        var headers = new HashMap<String, String>();
        headers.put("Authorization", "Bearer " + token);
        headers.put("Accept", "application/json, text/event-stream");
        HttpResponse<String> initialized =
                post(
                        server + "/mcp",
                        "application/json",
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":"
                            + "\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"rehearsal\","
                            + "\"version\":\"1\"}}}",
                        headers);
        headers.put(
                "Mcp-Session-Id", initialized.headers().firstValue("mcp-session-id").orElseThrow());
        String mcp = server + "/mcp";
        String json = "application/json";
        post(mcp, json, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}", headers);
        post(mcp, json, "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/list\"}", headers);
        post(
                mcp,
                json,
                "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"tools/call\",\"params\":{\"name\":\"countdown\","
                    + "\"arguments\":{\"from\":2},\"_meta\":{\"progressToken\":\"p\"}}}",
                headers);
    }

    private HttpResponse<String> get(String url) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(url)), Map.of());
    }

    private HttpResponse<String> form(String url, Map<String, String> fields) throws Exception {
        return post(url, "application/x-www-form-urlencoded", encode(fields), Map.of());
    }

    private HttpResponse<String> post(
            String url, String type, String body, Map<String, String> headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url))
                        .header("Content-Type", type)
                        .POST(HttpRequest.BodyPublishers.ofString(body));
        return send(request, headers);
    }

    private HttpResponse<String> send(HttpRequest.Builder request, Map<String, String> headers)
            throws Exception {
        headers.forEach(request::header);
        if (!cookies.isEmpty()) {
            request.header(
                    "Cookie",
                    cookies.entrySet().stream()
                            .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                            .collect(Collectors.joining("; ")));
        }
        HttpResponse<String> response =
                http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        for (String cookie : response.headers().allValues("set-cookie")) {
            String[] pair = cookie.split(";")[0].split("=", 2);
            cookies.put(pair[0], pair[1]);
        }
        return response;
    }

    private String location(HttpResponse<String> response) {
        String location = response.headers().firstValue("location").orElseThrow();
        return location.startsWith("/") ? server + location : location;
    }

    private static Map<String, String> hidden(String page) {
        Map<String, String> fields = new LinkedHashMap<>();
        Matcher input = INPUT.matcher(page);
        while (input.find()) fields.put(input.group(1), input.group(2));
        return fields;
    }

    private static String member(String json, String name) {
        Matcher member = Pattern.compile("\"" + name + "\":\"([^\"]+)\"").matcher(json);
        if (!member.find()) throw new IllegalStateException("no " + name);
        return member.group(1);
    }

    private static String encode(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(f ->
                        f.getKey() + "=" + URLEncoder.encode(f.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }
}
