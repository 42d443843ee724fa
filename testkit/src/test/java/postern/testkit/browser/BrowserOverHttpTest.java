package postern.testkit.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** What the browser sends, and where it stops. */
class BrowserOverHttpTest {
    private static final String CLIENT = "http://client.example/cb";

    private final List<Headers> posts = new CopyOnWriteArrayList<>();
    private final Browser browser = Browser.open();
    private HttpServer server;
    private String base;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        base = "http://127.0.0.1:" + server.getAddress().getPort();
        server.createContext("/", this::serve);
        server.start();
    }

    @AfterEach
    void close() {
        browser.close();
        server.stop(0);
    }

    private void serve(HttpExchange http) throws IOException {
        http.getRequestBody().readAllBytes();
        switch (http.getRequestURI().getPath()) {
            case "/start" -> redirect(http, "/form");
            case "/send" -> {
                posts.add(http.getRequestHeaders());
                redirect(http, "/middle");
            }
            case "/middle" -> redirect(http, CLIENT + "?code=1");
            default -> form(http);
        }
        http.close();
    }

    private static void redirect(HttpExchange http, String location) throws IOException {
        http.getResponseHeaders().set("Location", location);
        http.getResponseHeaders().add("Set-Cookie", "hop=1; Path=/; HttpOnly");
        http.sendResponseHeaders(303, -1);
    }

    private static void form(HttpExchange http) throws IOException {
        byte[] page =
                "<form method=post action=/send><input name=a value=1><button>Go</button></form>"
                        .getBytes(UTF_8);
        if (http.getRequestURI().getPath().equals("/strict")) {
            http.getResponseHeaders().set("Content-Security-Policy", "form-action 'self'");
            http.getResponseHeaders().set("Referrer-Policy", "no-referrer");
        }
        http.sendResponseHeaders(200, page.length);
        http.getResponseBody().write(page);
    }

    @Test
    void a_form_post_carries_origin_and_fetch_metadata_and_the_client_is_not_requested()
            throws IOException {
        Page page = browser.visit(base + "/start");
        Page sent = browser.submit(page.form(), Map.of("a", "2"), "Go");
        assertEquals(CLIENT + "?code=1", browser.followTo(sent, CLIENT).toString());
        assertEquals(base, posts.getFirst().getFirst("Origin"));
        assertEquals("same-origin", posts.getFirst().getFirst("Sec-Fetch-Site"));
        assertEquals("hop=1", posts.getFirst().getFirst("Cookie"));
    }

    @Test
    void a_page_without_referrer_posts_origin_null() throws IOException {
        browser.submit(browser.visit(base + "/strict").form(), "Go");
        assertEquals("null", posts.getFirst().getFirst("Origin"));
    }

    @Test
    void form_action_self_stops_the_redirect_back_to_a_client_as_in_chrome() throws IOException {
        Page sent = browser.submit(browser.visit(base + "/strict").form(), "Go");
        IllegalStateException failed =
                assertThrows(IllegalStateException.class, () -> browser.followTo(sent, CLIENT));
        assertTrue(failed.getMessage().contains("form-action"));
    }

    @Test
    void a_flow_that_does_not_reach_the_client_shows_the_page_it_ended_at() throws IOException {
        Page page = browser.get(base + "/start");
        IllegalStateException failed =
                assertThrows(IllegalStateException.class, () -> browser.followTo(page, CLIENT));
        assertTrue(failed.getMessage().contains("HTTP 200 " + base + "/form"));
    }
}
