package postern.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Authorization fields, Basic and Bearer. */
class CredentialsTest {
    private static Headers authorization(String value) {
        return Headers.of(new Response.Header("Authorization", value));
    }

    private static String basic(String pair) {
        return "Basic "
                + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest(name = "H13: {0} is {1} and {2}")
    @CsvSource({
        "client:secret,client,secret",
        "client:,client,''",
        "client:a:b,client,a:b",
        "a%20b:c+d,a b,c d",
        "https%3A%2F%2Fx.test%2Fc:s,https://x.test/c,s",
        "%C3%A9:s,é,s"
    })
    void basic_is_form_decoded(String pair, String id, String secret) {
        var credentials = BasicCredentials.of(authorization(basic(pair))).orElseThrow();
        assertEquals(id, credentials.id());
        assertEquals(secret, credentials.secret().<String>useText(text -> text));
        assertFalse(credentials.toString().contains(id));
    }

    @ParameterizedTest(name = "H13: scheme {0}")
    @ValueSource(strings = {"Basic", "basic", "BASIC", "bAsIc"})
    void the_scheme_has_no_case(String scheme) {
        assertTrue(BasicCredentials.of(authorization(scheme + " Yzpz")).isPresent());
    }

    @ParameterizedTest(name = "H13: {0} is refused")
    @ValueSource(
            strings = {
                "Basic",
                "Basic ",
                "Basic  Yzpz",
                "Basic Yzpz ",
                "Basic Yz pz",
                "Basic Yzpz,Yzpz",
                "Basic Yzpz=",
                "Basic Yzo",
                "Basic Yzp",
                "Basic Yzr=",
                "Basic Y3M=",
                "Basic !!!!",
                "Basic Yz-_",
                "Basic OnM=",
                "Basic JXp6OnM=",
                "Basic w7/DvzrD/w==",
                "Basic JTAwOnM="
            })
    void malformed_basic_is_refused(String value) {
        assertThrows(BadCredentials.class, () -> BasicCredentials.of(authorization(value)));
    }

    @Test
    void H13_a_refusal_is_401_with_a_challenge() {
        var refusal =
                assertThrows(
                        BadCredentials.class,
                        () -> BasicCredentials.of(authorization("Basic !!!!")));
        assertEquals(401, refusal.toResponse().status());
        assertTrue(
                refusal.toResponse().headers().stream()
                        .anyMatch(h -> h.name().equals("WWW-Authenticate")));
    }

    @Test
    void H13_two_authorization_fields_are_refused() {
        var field = new Response.Header("Authorization", basic("a:b"));
        assertThrows(BadCredentials.class, () -> BasicCredentials.of(Headers.of(field, field)));
        assertThrows(BadRequest.class, () -> BearerToken.of(Headers.of(field, field)));
    }

    @Test
    void another_scheme_or_none_is_not_ours_to_judge() {
        assertTrue(BasicCredentials.of(Headers.of()).isEmpty());
        assertTrue(BasicCredentials.of(authorization("Bearer x")).isEmpty());
        assertTrue(BasicCredentials.of(authorization("Basically x")).isEmpty());
        assertTrue(BearerToken.of(Headers.of()).isEmpty());
        assertTrue(BearerToken.of(authorization("Basic Yzpz")).isEmpty());
        assertTrue(BearerToken.of(authorization("Bearers x")).isEmpty());
    }

    @ParameterizedTest(name = "M5: {0} is read")
    @ValueSource(strings = {"Bearer abc", "bEaReR abc", "BEARER abc", "bearer abc"})
    void a_bearer_token_is_read(String value) {
        assertEquals("abc", BearerToken.of(authorization(value)).orElseThrow());
    }

    @Test
    void M5_token68_is_taken_as_it_is() {
        String token = "aZ09-._~+/==";
        assertEquals(token, BearerToken.of(authorization("Bearer " + token)).orElseThrow());
    }

    @ParameterizedTest(name = "M5: {0} is refused")
    @ValueSource(
            strings = {
                "Bearer",
                "Bearer ",
                "Bearer  abc",
                "Bearer abc ",
                "Bearer abc def",
                "Bearer abc,",
                "Bearer abc, Basic Yzpz",
                "Bearer abc;x",
                "Bearer a=b",
                "Bearer ===",
                "Bearer \"a\"",
                "Bearer,abc"
            })
    void a_malformed_bearer_token_is_refused(String value) {
        assertThrows(BadRequest.class, () -> BearerToken.of(authorization(value)));
    }

    @Test
    void M5_a_tab_is_refused_on_the_wire() {
        var routes =
                Routes.builder()
                        .get("/x", r -> Response.text(200, "" + BearerToken.of(r.headers())));
        try (var server = new TestServer(routes);
                RawClient client = server.raw()) {
            client.request("GET /x", "Authorization: Bearer\tabc\r\n", "");
            assertEquals(400, client.status());
        }
    }
}
