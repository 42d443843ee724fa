package postern.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

class CookiesTest {
    private final Cookies https = new Cookies(URI.create("https://mcp.example.org"));
    private final Cookies loopback = new Cookies(URI.create("http://127.0.0.1:8080"));

    private static Request with(String... cookies) {
        var fields =
                Arrays.stream(cookies)
                        .map(value -> new Response.Header("Cookie", value))
                        .toArray(Response.Header[]::new);
        return new Request("GET", "/", "", Headers.of(fields), new byte[0], "127.0.0.1", "r1");
    }

    @Test
    void E5_on_https_the_cookie_is_host_bound_and_secure() {
        assertEquals(
                "__Host-postern=abc; Max-Age=600; Path=/; HttpOnly; SameSite=Lax; Secure",
                https.set("abc", Duration.ofMinutes(10)));
        assertEquals(
                "__Host-postern=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax; Secure",
                https.clear());
    }

    @Test
    void P5_on_plain_loopback_the_name_carries_the_port() {
        assertEquals(
                "postern-8080=abc; Max-Age=600; Path=/; HttpOnly; SameSite=Lax",
                loopback.set("abc", Duration.ofMinutes(10)));
    }

    @ParameterizedTest(name = "{0} gives {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    __Host-postern=abc                       | abc
                    a=b; __Host-postern=abc; c=d             | abc
                    a=b;__Host-postern=abc                   | abc
                    __Host-postern=abc; __Host-postern=abc   |
                    __Host-postern=abc; __Host-postern=evil  |
                    __host-postern=abc                       |
                    x__Host-postern=abc                      |
                    __Host-postern                           |
                    __Host-postern=                          |
                    __Host-postern="abc"                     |
                    __Host-postern=a b                       |
                    postern-8080=abc                         |
                    """)
    void a_cookie_is_read_when_there_is_exactly_one(String field, String value) {
        assertEquals(Optional.ofNullable(value), https.read(with(field)));
    }

    @Test
    void two_cookie_fields_count_as_one_list() {
        assertEquals(Optional.of("a"), https.read(with("x=y", "__Host-postern=a")));
        assertEquals(Optional.empty(), https.read(with("__Host-postern=a", "__Host-postern=a")));
        assertEquals(Optional.empty(), https.read(with()));
    }

    @Test
    void a_value_that_could_add_attributes_is_refused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> https.set("a; Domain=evil.test", Duration.ofMinutes(1)));
    }
}
