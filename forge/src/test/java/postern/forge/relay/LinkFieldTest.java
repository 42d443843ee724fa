package postern.forge.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.URI;
import java.net.http.HttpResponse;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** RFC 8288 section 3: where the pages of a list are. */
class LinkFieldTest extends RelayBench {
    private static final String API = PUBLIC + "/api/v1/user/repos";

    private final LinkField field =
            new LinkField(
                    new Locations(
                            URI.create("http://127.0.0.1:4711"),
                            URI.create("https://forge.example.org/git"),
                            URI.create("http://forge:3000/git")));

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            textBlock =
                    """
                    <https://forge.example.org/git/api/v1/user/repos?limit=1&page=2>; rel="next"   | <http://127.0.0.1:4711/api/v1/user/repos?limit=1&page=2>; rel="next"
                    <https://forge.example.org/git/api/v1/x?page=2>; rel="next",<https://forge.example.org/git/api/v1/x?page=9>; rel="last" | <http://127.0.0.1:4711/api/v1/x?page=2>; rel="next",<http://127.0.0.1:4711/api/v1/x?page=9>; rel="last"
                    <http://forge:3000/git/api/v1/x?page=2> ; rel="next" , </git/api/v1/x>;rel="first" | <http://127.0.0.1:4711/api/v1/x?page=2>; rel="next",<http://127.0.0.1:4711/api/v1/x>; rel="first"
                    <https://evil.example/git/api/v1/x>; rel="next",</git/api/v1/x>; rel="prev"    | <http://127.0.0.1:4711/api/v1/x>; rel="prev"
                    <https://evil.example/git/api/v1/x>; rel="next"                                |
                    <//evil.example/git/api/v1/x>; rel="next"                                      |
                    <https://forge.example.org@evil.example/git/api/v1/x>; rel="next"              |
                    <http://forge.example.org/git/api/v1/x>; rel="next"                            |
                    <https://forge.example.org/git/user/login>; rel="next"                         |
                    <https://forge.example.org/git/attachments/0b5ac2f1-9a4b-4f0e-8a52-3d2b9b1c7d11>; rel="next" |
                    <https://forge.example.org/git/api/v1/../../login>; rel="next"                 |
                    <https://forge.example.org/git/api/v1/x#y>; rel="next"                         |
                    <https://forge.example.org/git/api/v1/x y>; rel="next"                         |
                    </git/api/v1/x>                                                                |
                    </git/api/v1/x>; rel=next                                                      |
                    </git/api/v1/x>; rel="next"; anchor="https://evil.example"                     |
                    </git/api/v1/x>; rel="next" trailing                                           |
                    </git/api/v1/x>; rel="next",,</git/api/v1/y>; rel="last"                       |
                    </git/api/v1/x>; rel="next",<                                                  |
                    no link at all                                                                 |
                    """)
    void pages_of_the_api_are_at_the_relay_and_no_other_link_is_left(String value, String told) {
        assertEquals(Optional.ofNullable(told), field.toChild(List.of(value)));
    }

    @Test
    void the_field_is_bounded_and_its_repetitions_are_one_field() {
        String page = "</git/api/v1/x>; rel=\"next\"";
        String relayed = "<http://127.0.0.1:4711/api/v1/x>; rel=\"next\"";
        assertEquals(
                Optional.of(relayed + "," + relayed), field.toChild(List.of(page, page)), "two");
        assertEquals(Optional.empty(), field.toChild(List.of()));
        assertEquals(8, field.toChild(pages(page, 8)).orElseThrow().split(",").length);
        assertEquals(Optional.empty(), field.toChild(pages(page, 9)));
        String far = page.replace("x>", "x?" + "y".repeat(8 * 1024) + ">");
        assertEquals(Optional.empty(), field.toChild(List.of(far)));
    }

    private static List<String> pages(String page, int count) {
        return Collections.nCopies(count, page);
    }

    @Test
    void a_child_that_follows_the_pages_stays_inside() throws Exception {
        start(
                true,
                exchange -> {
                    boolean second = "page=2".equals(exchange.getRequestURI().getQuery());
                    String page = "<" + API + "?page=" + (second ? 1 : 2) + ">; rel=\"";
                    exchange.getResponseHeaders()
                            .add("Link", page + (second ? "prev" : "next") + "\"");
                    text(exchange, 200, second ? "[2]" : "[1]");
                });
        HttpResponse<String> first = send(request("/api/v1/user/repos").GET());
        assertEquals(
                List.of("<" + relay.url() + "/api/v1/user/repos?page=2>; rel=\"next\""),
                first.headers().allValues("Link"));
        assertEquals("[2]", send(request("/api/v1/user/repos?page=2").GET()).body());
    }

    @Test
    void a_token_in_a_link_is_not_told() throws Exception {
        start(
                true,
                exchange -> {
                    String page = "<" + API + "?x=" + FixedAccess.ACCESS + ">; rel=\"next\"";
                    exchange.getResponseHeaders().add("Link", page);
                    text(exchange, 200, "[]");
                });
        assertEquals(
                List.of(), send(request("/api/v1/user/repos").GET()).headers().allValues("Link"));
    }
}
