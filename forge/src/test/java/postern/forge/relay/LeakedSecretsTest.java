package postern.forge.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.http.HttpResponse;

/** Secrets in places of an answer that are rewritten anyway, and those of webhooks. */
class LeakedSecretsTest extends RelayBench {
    private static final String ESCAPED = "\\u0072eal-access-token";
    private static final String PERCENT = "%72eal-access-token";

    @ParameterizedTest
    @ValueSource(strings = {FixedAccess.ACCESS, FixedAccess.REFRESH, PERCENT})
    void a_redirect_with_a_token_is_not_handed_on(String token) throws Exception {
        start(
                false,
                exchange -> {
                    exchange.getResponseHeaders().add("Location", "/api/v1/x?token=" + token);
                    exchange.sendResponseHeaders(303, -1);
                });
        HttpResponse<String> answer = send(request("/api/v1/user").GET());
        assertEquals(502, answer.statusCode());
        assertEquals("", answer.headers().firstValue("Location").orElse(""));
    }

    @Test
    void the_address_of_something_new_is_dropped_when_it_holds_a_token() throws Exception {
        start(
                false,
                exchange -> {
                    exchange.getResponseHeaders()
                            .add("Location", "/api/v1/x/" + FixedAccess.ACCESS);
                    text(exchange, 201, "{}");
                });
        HttpResponse<String> answer = send(request("/api/v1/user").GET());
        assertEquals(201, answer.statusCode());
        assertEquals("", answer.headers().firstValue("Location").orElse(""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                PUBLIC + "/o/r/releases/download/v1/" + ESCAPED,
                PUBLIC + "/o/r/releases/download/v1/" + PERCENT,
                "http://other.example/?a=" + ESCAPED,
                "http://other.example/?a=" + PERCENT
            })
    void a_download_address_with_a_token_is_starred_out(String address) throws Exception {
        String json = "[{\"browser_download_url\":\"" + address + "\"}]";
        start(false, exchange -> text(exchange, 200, json));
        assertEquals(
                "[{\"browser_download_url\":\"***\"}]",
                send(request("/api/v1/repos/o/r/releases").GET()).body());
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "/repos/o/r/hooks",
                "/repos/o/r/hooks/7",
                "/Repos/o/r/Hooks/7/",
                "/orgs/o/hooks",
                "/orgs/o/hooks/7",
                "/user/hooks",
                "/user/hooks/7"
            })
    void what_a_hook_signs_in_with_elsewhere_is_not_told(String path) throws Exception {
        String hook =
                """
                [{"type":"telegram","url":"https://api.telegram.org/bot7:AAsecret/sendMessage?chat_id=1",
                "config":{"url":"https://user:AAsecret@chat.example:8443/hooks/AAsecret","secret":"AAsecret",
                "content_type":"json"},"metadata":{"bot_token":"7:AAsecret","chat_id":"1",
                "api_token":"AAsecret","secrets":true,"package_url":"https://p.example/AAsecret"},
                "authorization_header":"Bearer AAsecret"},
                {"url":"mailto:AAsecret","config":{"url":"","secret":""},"authorization_header":""}]\
                """;
        String starred =
                """
                [{"type":"telegram","url":"https://api.telegram.org/***",
                "config":{"url":"https://chat.example:8443/***","secret":"***",
                "content_type":"json"},"metadata":{"bot_token":"***","chat_id":"1",
                "api_token":"***","secrets":true,"package_url":"https://p.example/***"},
                "authorization_header":"***"},
                {"url":"***","config":{"url":"","secret":""},"authorization_header":""}]\
                """;
        start(true, exchange -> text(exchange, 200, hook));
        assertEquals(starred, send(request("/api/v1" + path).GET()).body());
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "/repos/o/r/issues/1, '{\"url\":\"https://f.example/x\",\"secret\":\"s\"}'",
        "/repos/o/hooks/issues, '{\"url\":\"https://f.example/x\"}'"
    })
    void addresses_of_other_things_stay(String path, String json) throws Exception {
        start(true, exchange -> text(exchange, 200, json));
        assertEquals(json, send(request("/api/v1" + path).GET()).body());
    }

    @Test
    void a_bot_token_is_told_nowhere() throws Exception {
        start(true, exchange -> text(exchange, 200, "{\"bot_token\":\"7:AAsecret\"}"));
        assertEquals(
                "{\"bot_token\":\"***\"}",
                send(request("/api/v1/repos/o/r/issues/1").GET()).body());
    }
}
