package postern.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;

class FormParamsTest {
    @ParameterizedTest(name = "{0}: {1} gives {2}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    H8  | a=b            | b
                    H8  | a=b%20c+d      | b c d
                    H8  | a=%C3%A9       | é
                    H8  | a=%f0%9f%8c%8d | 🌍
                    H8  | %61=b          | b
                    H8  | a=b=c          | b=c
                    H8  | &&a=b&         | b
                    H8  | a=%26%3D       | &=
                    H8  | a=b;c=d        | b;c=d
                    H5  | a=             |
                    H5  | a              |
                    H5  | b=c            |
                    D12 |                |
                    """)
    void a_value_is_decoded(String rule, String query, String value) {
        var params = FormParams.ofQuery(query == null ? "" : query);
        assertEquals(Optional.ofNullable(value), params.single("a"));
    }

    @ParameterizedTest(name = "H8: {0} is refused")
    @ValueSource(
            strings = {
                "a=%zz",
                "a=%",
                "a=%4",
                "a=%4g",
                "a=%+1",
                "a=%-1",
                "a=%00",
                "%00=a",
                "a=%C3",
                "a=%C3%28",
                "a=%ff",
                "a=%c0%80",
                "a=%ed%a0%80",
                "a=%f4%90%80%80",
                "b=%zz&a=1"
            })
    void malformed_text_is_refused(String query) {
        assertThrows(BadRequest.class, () -> FormParams.ofQuery(query));
    }

    @ParameterizedTest(name = "H4: {0} repeats a")
    @ValueSource(strings = {"a=1&a=2", "a=1&a=1", "a=1&a=", "a=&a=", "a&a=1", "a=1&%61=1"})
    void a_repeated_parameter_is_refused_when_it_is_asked_for(String query) {
        var params = FormParams.ofQuery(query);
        assertTrue(params.isRepeated("a"));
        assertEquals(Set.of("a"), params.repeated());
        assertThrows(RepeatedParameter.class, () -> params.single("a"));
    }

    @Test
    void D11_a_repeated_unknown_parameter_is_nobodys_business() {
        var params = FormParams.ofQuery("x=1&a=1&x=2");
        assertEquals(Optional.of("1"), params.single("a"));
        assertEquals(List.of("1", "2"), params.all("x"));
    }

    @Test
    void H8_sixty_four_parameters_pass_and_one_more_is_refused() {
        assertEquals(64, FormParams.ofQuery("a=1&".repeat(64)).all("a").size());
        assertThrows(BadRequest.class, () -> FormParams.ofQuery("a=1&".repeat(65)));
    }

    @Test
    void names_and_values_have_limits() {
        String name = "n".repeat(128);
        String value = "v".repeat(8192);
        assertEquals(Optional.of(value), FormParams.ofQuery(name + "=" + value).single(name));
        assertThrows(BadRequest.class, () -> FormParams.ofQuery(name + "n=1"));
        assertThrows(BadRequest.class, () -> FormParams.ofQuery("a=" + value + "v"));
    }

    @ParameterizedTest(name = "H2: {0} is a form")
    @ValueSource(
            strings = {
                "application/x-www-form-urlencoded",
                "Application/X-WWW-Form-URLencoded",
                "application/x-www-form-urlencoded; charset=UTF-8",
                "application/x-www-form-urlencoded;foo"
            })
    void a_form_is_read(String type) {
        Request request = request(new Response.Header("Content-Type", type));
        assertEquals(Optional.of("1"), FormParams.ofBody(request).single("a"));
    }

    @ParameterizedTest(name = "H2: {0} is no form")
    @ValueSource(
            strings = {
                "",
                "application/json",
                "multipart/form-data; boundary=x",
                "text/plain",
                "application/json, application/x-www-form-urlencoded",
                "application/x-www-form-urlencoded, application/json",
                "application/x-www-form-urlencodedx"
            })
    void another_media_type_is_refused(String type) {
        Request request = request(new Response.Header("Content-Type", type));
        assertThrows(BadRequest.class, () -> FormParams.ofBody(request));
    }

    @Test
    void H2_a_missing_or_repeated_media_type_is_refused() {
        var form = new Response.Header("Content-Type", "application/x-www-form-urlencoded");
        assertThrows(BadRequest.class, () -> FormParams.ofBody(request()));
        assertThrows(BadRequest.class, () -> FormParams.ofBody(request(form, form)));
    }

    @Test
    void H3_parameters_of_the_query_are_not_in_the_form() {
        var form = new Response.Header("Content-Type", "application/x-www-form-urlencoded");
        assertTrue(FormParams.ofBody(request(form)).single("q").isEmpty());
    }

    private static Request request(Response.Header... headers) {
        byte[] body = "a=1".getBytes(StandardCharsets.UTF_8);
        return new Request("POST", "/token", "q=1", Headers.of(headers), body, "127.0.0.1", "r1");
    }
}
