package postern.forge.oidc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import postern.access.UpstreamRefused;
import postern.access.UpstreamUnavailable;
import postern.forge.SignInAnswer;
import postern.forge.SignInRequest;
import postern.testkit.oidc.Lie;
import postern.testkit.oidc.OidcDouble;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What a provider that lies, or somebody in its place, gets: a refusal that says which lie. */
class OidcLiesTest {
    private static final Set<Lie> TOLD = ConcurrentHashMap.newKeySet();
    private static OidcBench bench;

    @BeforeAll
    static void start() throws Exception {
        bench = new OidcBench();
    }

    /** A lie that no table has would be one that nobody refuses. */
    @AfterAll
    static void every_lie_was_told() {
        bench.close();
        // these have tests of their own: the last one is no reason to refuse, and ours names people
        Set<Lie> left =
                EnumSet.complementOf(
                        EnumSet.of(
                                Lie.NONE,
                                Lie.USERINFO_OF_ANOTHER_PERSON,
                                Lie.USERINFO_FAILS,
                                Lie.DISCOVERY_WITH_PLAIN_CHALLENGES_ONLY));
        left.removeAll(TOLD);
        assertEquals(Set.of(), left);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    DISCOVERY_OF_ANOTHER_ISSUER     | the provider calls itself http
                    DISCOVERY_WITHOUT_CODE_FLOW     | does not offer the code flow
                    DISCOVERY_WITH_PLAIN_HTTP       | token_endpoint is not https
                    DISCOVERY_WITHOUT_KEYS          | jwks_uri is missing
                    DISCOVERY_WITH_HMAC_ONLY        | signs id_tokens in no way that is accepted
                    DISCOVERY_WITH_KEY_CLIENTS_ONLY | takes no client secret
                    DISCOVERY_REDIRECTS             | discovery document is a redirect
                    DISCOVERY_HUGE                  | too large an answer from
                    DISCOVERY_GARBAGE               | discovery document is no JSON object
                    DISCOVERY_REPEATS_A_FIELD       | discovery document is no JSON object
                    DISCOVERY_MISSING               | there is no discovery document at
                    DISCOVERY_FAILS                 | discovery document has status 503
                    DISCOVERY_HANGS                 | no answer from
                    """)
    void nobody_is_sent_to_a_provider_with_a_document_like_this(Lie lie, String reason) {
        TOLD.add(lie);
        bench.provider.tell(lie);
        begin(lie);
        var refused =
                assertThrows(
                        UpstreamUnavailable.class, () -> bench.upstream.signInUri(bench.trip()));
        assertTrue(refused.getMessage().contains(reason), refused.getMessage());
        bench.provider.tell(Lie.NONE);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    KEYS_GARBAGE  | leads to no list of keys
                    KEYS_NONE     | publishes no key that is accepted
                    KEYS_WEAK     | publishes no key that is accepted
                    KEYS_REDIRECT | list of keys is a redirect
                    TOKEN_GARBAGE | token endpoint is of no use, status 200
                    TOKEN_FAILS   | token endpoint is of no use, status 500
                    TOKEN_HUGE    | too large an answer from
                    TOKEN_HANGS   | no answer from
                    """)
    void nothing_is_decided_after_an_answer_like_this(Lie lie, String reason) throws Exception {
        var unavailable = assertThrows(UpstreamUnavailable.class, () -> signInWith(lie));
        assertTrue(unavailable.getMessage().contains(reason), unavailable.getMessage());
        assertNothingSecret(unavailable);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ANSWER_OF_ANOTHER_ISSUER | names another iss, or none
                    ANSWER_WITHOUT_ISSUER    | names another iss, or none
                    TOKEN_WITHOUT_ID_TOKEN   | has no id_token
                    ALG_NONE                 | is signed with none, which is not accepted
                    ALG_NONE_WITH_SIGNATURE  | is signed with none, which is not accepted
                    HS256_WITH_PUBLIC_KEY    | is signed with HS256, which is not accepted
                    HS256_WITH_CLIENT_SECRET | is signed with HS256, which is not accepted
                    UNPUBLISHED_KEY          | a key that the provider does not publish
                    UNPUBLISHED_KEY_UNDER_PUBLISHED_NAME | has a wrong signature
                    EMBEDDED_KEY             | has a wrong signature
                    WRONG_SIGNATURE          | has a wrong signature
                    CRITICAL_EXTENSION       | has critical header fields
                    ACCESS_TOKEN_TYPE        | has another typ than JWT
                    REPEATED_HEADER_FIELD    | is malformed
                    NO_JWT                   | is no signed JWT
                    TOO_LARGE                | is too large
                    WRONG_ISS                | has another iss
                    WRONG_AUD                | has another aud
                    MANY_AUD_WITHOUT_AZP     | and is not for us
                    WRONG_AZP                | and is not for us
                    EXPIRED                  | has expired, or no exp
                    NO_EXP                   | has expired, or no exp
                    FUTURE_IAT               | was issued in the future, or has no iat
                    NO_IAT                   | was issued in the future, or has no iat
                    FUTURE_NBF               | is not good yet
                    WRONG_NONCE              | has another nonce
                    NO_NONCE                 | has another nonce
                    WRONG_AT_HASH            | came with another access token
                    NO_SUB                   | has no sub of 1 to 255 ASCII characters
                    LONG_SUB                 | has no sub of 1 to 255 ASCII characters
                    SUB_BEYOND_ASCII         | has no sub of 1 to 255 ASCII characters
                    SUB_AS_NUMBER            | has no sub of 1 to 255 ASCII characters
                    """)
    void nobody_is_signed_in_by_an_answer_like_this(Lie lie, String reason) throws Exception {
        var refused = assertThrows(UpstreamRefused.class, () -> signInWith(lie));
        assertTrue(refused.getMessage().contains(reason), refused.getMessage());
        assertNothingSecret(refused);
    }

    /** Discovery is true, so that the lie is met where it belongs. */
    private static void signInWith(Lie lie) throws Exception {
        TOLD.add(lie);
        begin(lie);
        SignInRequest trip = bench.trip();
        bench.upstream.signInUri(trip);
        bench.provider.tell(lie);
        try {
            bench.upstream.finish(bench.answer(trip), trip);
        } finally {
            bench.provider.tell(Lie.NONE);
        }
    }

    private static void begin(Lie lie) {
        if (lie.name().endsWith("_HANGS")) bench.forgetProviderAndHurry();
        else bench.forgetProvider();
    }

    private static void assertNothingSecret(Exception refused) {
        String text = refused.getMessage();
        assertFalse(text.contains("verifier-of"), text);
        assertFalse(text.contains(OidcDouble.CLIENT_SECRET), text);
        for (String secret : bench.provider.issuedSecrets()) {
            assertFalse(text.contains(secret), text);
        }
    }

    /** RFC 9207: the code may be another provider's, so ours must not see it. */
    @Test
    void after_a_mix_up_the_code_is_sent_nowhere() throws Exception {
        SignInRequest trip = bench.trip();
        SignInAnswer answer = bench.answer(trip);
        long before = bench.provider.requestCount("/token");
        for (String other : new String[] {bench.upstream.issuer() + "/", "https://evil.example"}) {
            var mixed = new SignInAnswer(answer.code(), java.util.Optional.of(other));
            assertThrows(UpstreamRefused.class, () -> bench.upstream.finish(mixed, trip));
        }
        assertEquals(before, bench.provider.requestCount("/token"));
    }

    /** The table above would pass if everything was refused. */
    @Test
    void the_same_bench_signs_in_when_nobody_lies() throws Exception {
        assertEquals("ada", bench.signIn().login());
    }
}
