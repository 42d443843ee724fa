package postern.forge.local;

import postern.core.Secret;
import postern.forge.SignInRequest;
import postern.forge.Store;
import postern.http.Cookies;
import postern.http.HttpConfig;
import postern.http.HttpServer;
import postern.http.PageKit;
import postern.http.Routes;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The built-in sign-in behind a real server, and browsers that know one cookie. */
final class LocalBench implements AutoCloseable {
    static final URI PUBLIC = URI.create("http://127.0.0.1:8080");
    private static final Pattern FORM_TOKEN =
            Pattern.compile("name=\"form_token\" value=\"([^\"]+)\"");

    final Store store;
    final LocalUpstream upstream;
    final HttpClient client = HttpClient.newHttpClient();
    private final HttpServer server;

    LocalBench(Path folder) throws Exception {
        store = new Store(folder);
        upstream =
                new LocalUpstream(
                        store.database,
                        store.vault,
                        store.clock,
                        store.clock,
                        store.random,
                        new PageKit(),
                        new Cookies(PUBLIC),
                        PUBLIC);
        var listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server =
                HttpServer.start(
                        HttpConfig.standard(listen, Set.of("127.0.0.1:0")),
                        upstream.routes(Routes.builder()).build(),
                        (id, method, route, status, took, address) -> {},
                        () -> "id");
    }

    static SignInRequest trip(String state) {
        return new SignInRequest(state, Secret.ofUtf8("unused"));
    }

    HttpResponse<String> show(String browser, String state) throws Exception {
        return client.send(
                request("/sign-in?state=" + state, browser).GET().build(), BodyHandlers.ofString());
    }

    /** Types {@code code} into a form that was shown to this browser for this state. */
    HttpResponse<String> type(String browser, String state, String code) throws Exception {
        return post(browser, state, formToken(browser, state), code);
    }

    String formToken(String browser, String state) throws Exception {
        Matcher token = FORM_TOKEN.matcher(show(browser, state).body());
        if (!token.find()) throw new IllegalStateException("no form");
        return token.group(1);
    }

    HttpResponse<String> post(
            String browser, String state, String formToken, String code, String... headers)
            throws Exception {
        HttpRequest.Builder request =
                request("/sign-in", browser)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(
                                BodyPublishers.ofString(
                                        "state="
                                                + state
                                                + "&form_token="
                                                + formToken
                                                + "&code="
                                                + URLEncoder.encode(code, StandardCharsets.UTF_8)));
        if (headers.length > 0) request.headers(headers);
        return client.send(request.build(), BodyHandlers.ofString());
    }

    /** Wrong codes from another address of this computer, none of them refused for its number. */
    void guessTenTimes(String address, String browser, String state) throws Exception {
        String body =
                "state=" + state + "&code=AAAAA-AAAAA&form_token=" + formToken(browser, state);
        try (var other =
                HttpClient.newBuilder().localAddress(InetAddress.ofLiteral(address)).build()) {
            for (int i = 0; i < 10; i++) {
                var request =
                        request("/sign-in", browser)
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(BodyPublishers.ofString(body))
                                .build();
                int status = other.send(request, BodyHandlers.discarding()).statusCode();
                if (status != 403) throw new IllegalStateException("status " + status);
            }
        }
    }

    /** What somebody does who can write to the database file. */
    void change(String sql) {
        int rows = store.database.write(tx -> tx.update(sql));
        if (rows != 1) throw new IllegalStateException(rows + " rows changed");
    }

    private HttpRequest.Builder request(String path, String browser) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
        if (!browser.isEmpty()) request.header("Cookie", "postern-8080=" + browser);
        return request;
    }

    /** The ticket of an answer that leads to the callback. */
    static Optional<String> ticket(HttpResponse<?> answer) {
        if (answer.statusCode() != 303) return Optional.empty();
        String location = answer.headers().firstValue("Location").orElseThrow();
        return Optional.of(location.substring(location.indexOf("&code=") + 6));
    }

    @Override
    public void close() {
        client.shutdownNow();
        server.close();
        store.close();
    }
}
