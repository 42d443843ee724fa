package postern.forge.oidc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import postern.access.UpstreamRefused;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The edges of the rules; signatures are checked elsewhere. */
class IdTokenRulesTest {
    private static final long NOW = 1_800_000_000;
    private static final String RIGHT =
            "{\"iss\":\"https://sso\",\"aud\":\"us\",\"exp\":1800000300,\"iat\":1800000000,"
                    + "\"nonce\":\"n\",\"sub\":\"7\"}";

    private static IdToken token(String claims) throws UpstreamRefused {
        return IdToken.read(part("{\"alg\":\"ES256\"}") + "." + part(claims) + ".AAAA");
    }

    private static String part(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void check(IdToken token) throws UpstreamRefused {
        IdTokenChecks.ofClaims(
                token,
                new IdTokenChecks.Expected(
                        "https://sso",
                        "us",
                        "n",
                        Optional.empty(),
                        Set.of(SigningAlgorithm.ES256),
                        Instant.ofEpochSecond(NOW)));
    }

    @ParameterizedTest(name = "{0} -> {1}: {2}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    "exp":1800000300 | "exp":1799999941   | passes
                    "exp":1800000300 | "exp":1799999940   | refused
                    "exp":1800000300 | "exp":1799999940.5 | passes
                    "exp":1800000300 | "exp":-1           | refused
                    "exp":1800000300 | "exp":1e300        | refused
                    "exp":1800000300 | "exp":"1800000300" | refused
                    "iat":1800000000 | "iat":1800000060   | passes
                    "iat":1800000000 | "iat":1800000061   | refused
                    "iat":1800000000 | "iat":null         | refused
                    "aud":"us"       | "aud":["us"]       | passes
                    "aud":"us"       | "aud":["us","x"]   | refused
                    "aud":"us"       | "aud":["us","x"],"azp":"us" | passes
                    "aud":"us"       | "aud":["x","y"],"azp":"us"  | refused
                    "aud":"us"       | "aud":"us","azp":"us"       | passes
                    "aud":"us"       | "aud":{"us":"us"}  | refused
                    "aud":"us"       | "aud":[]           | refused
                    "nonce":"n"      | "nonce":["n"]      | refused
                    "sub":"7"        | "sub":""           | refused
                    "sub":"7"        | "sub":"7","at_hash":"x"  | refused
                    "sub":"7"        | "sub":"7","nbf":1800000060 | passes
                    "sub":"7"        | "sub":"7","nbf":"soon"     | refused
                    """)
    void the_edge_of_each_rule(String claim, String change, String outcome) throws Exception {
        IdToken token = token(RIGHT.replace(claim, change));
        if (outcome.equals("passes")) check(token);
        else assertThrows(UpstreamRefused.class, () -> check(token));
    }

    @Test
    void a_subject_of_255_characters_passes_and_one_more_does_not() throws Exception {
        check(token(RIGHT.replace("\"7\"", "\"" + "s".repeat(255) + "\"")));
        IdToken long256 = token(RIGHT.replace("\"7\"", "\"" + "s".repeat(256) + "\""));
        assertThrows(UpstreamRefused.class, () -> check(long256));
    }

    private static Set<String> groups(String claims) throws UpstreamRefused {
        return PersonClaims.groups(token(claims).claims());
    }

    @Test
    void groups_are_texts_that_are_short_and_printable_and_not_too_many() throws Exception {
        String odd = "[\"staff\",\"Domain Users\",7,null,\"\",\"a\\u0000b\",[\"x\"],\"\\u202eb\"]";
        assertEquals(Set.of("staff", "Domain Users"), groups("{\"groups\":" + odd + "}"));
        assertEquals(Set.of(), groups("{\"groups\":\"staff\"}"));
        assertEquals(Set.of(), groups("{}"));
        String many =
                IntStream.range(0, 300)
                        .mapToObj(i -> "\"g" + i + "\"")
                        .collect(Collectors.joining(",", "[", "]"));
        assertEquals(200, groups("{\"groups\":" + many + "}").size());
    }
}
