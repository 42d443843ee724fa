package postern.forge.oidc;

import com.fasterxml.jackson.databind.JsonNode;

import postern.access.UpstreamRefused;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What makes an id_token prove who is there. Source: OpenID Connect Core 1.0 section 3.1.3.7, in
 * its order, and RFC 8725.
 */
final class IdTokenChecks {
    private static final Duration SKEW = Duration.ofSeconds(60);

    /** Core section 2: at most 255 ASCII characters. */
    private static final Pattern SUBJECT = Pattern.compile("[\\x20-\\x7e]{1,255}");

    private static final Pattern LOGGABLE = Pattern.compile("[A-Za-z0-9_.+-]{1,30}");

    private IdTokenChecks() {}

    /**
     * What a token has to agree with.
     *
     * @param nonce of this trip
     * @param accessToken that came with it; empty when none did
     */
    record Expected(
            String issuer,
            String clientId,
            String nonce,
            Optional<String> accessToken,
            Set<SigningAlgorithm> algorithms,
            Instant now) {}

    /** One rule; the fault goes on after "the id_token". */
    private interface Check {
        Optional<String> fault(IdToken token, Expected expected);
    }

    /** Before any key is looked for. */
    private static final List<Check> OF_THE_HEADER =
            List.of(
                    IdTokenChecks::algorithm, // Core §3.1.3.7 no. 7, RFC 8725 §3.1, §3.2
                    IdTokenChecks::extensions, // RFC 7515 §4.1.11
                    IdTokenChecks::type); // RFC 8725 §3.11

    /** Once the signature is the provider's. */
    private static final List<Check> OF_THE_CLAIMS =
            List.of(
                    IdTokenChecks::issuer, // no. 2
                    IdTokenChecks::audience, // no. 3
                    IdTokenChecks::authorizedParty, // no. 4, 5
                    IdTokenChecks::expiry, // no. 9
                    IdTokenChecks::issuedAt, // no. 10
                    IdTokenChecks::notBefore, // RFC 7519 §4.1.5
                    IdTokenChecks::nonce, // no. 11
                    IdTokenChecks::accessTokenHash, // Core §3.1.3.8
                    IdTokenChecks::subject); // Core §2

    /**
     * @return the algorithm of its signature, which is still to be checked
     */
    static SigningAlgorithm ofHeader(IdToken token, Expected expected) throws UpstreamRefused {
        all(OF_THE_HEADER, token, expected);
        return SigningAlgorithm.of(token.header().path("alg").asText()).orElseThrow();
    }

    static void ofClaims(IdToken token, Expected expected) throws UpstreamRefused {
        all(OF_THE_CLAIMS, token, expected);
    }

    private static void all(List<Check> checks, IdToken token, Expected expected)
            throws UpstreamRefused {
        for (Check check : checks) {
            Optional<String> fault = check.fault(token, expected);
            if (fault.isPresent()) throw new UpstreamRefused("the id_token " + fault.get());
        }
    }

    private static Optional<String> unless(boolean holds, String fault) {
        return holds ? Optional.empty() : Optional.of(fault);
    }

    private static Optional<String> algorithm(IdToken token, Expected expected) {
        String word = token.header().path("alg").asText("");
        boolean allowed =
                SigningAlgorithm.of(word).filter(expected.algorithms()::contains).isPresent();
        String shown = LOGGABLE.matcher(word).matches() ? word : "(other text)";
        return unless(allowed, "is signed with " + shown + ", which is not accepted");
    }

    /** We understand none. */
    private static Optional<String> extensions(IdToken token, Expected expected) {
        return unless(!token.header().has("crit"), "has critical header fields");
    }

    /** Other JWTs of the same provider are no id_tokens. */
    private static Optional<String> type(IdToken token, Expected expected) {
        String type = token.header().path("typ").asText("JWT");
        return unless(type.toUpperCase(Locale.ROOT).equals("JWT"), "has another typ than JWT");
    }

    private static Optional<String> issuer(IdToken token, Expected expected) {
        boolean same = token.text("iss").equals(Optional.of(expected.issuer()));
        return unless(same, "has another iss");
    }

    private static Optional<String> audience(IdToken token, Expected expected) {
        JsonNode audience = token.claims().path("aud");
        if (audience.isTextual()) {
            return unless(audience.asText().equals(expected.clientId()), "has another aud");
        }
        boolean found = false;
        for (JsonNode one : audience) {
            found |= one.isTextual() && one.asText().equals(expected.clientId());
        }
        return unless(audience.isArray() && found, "has another aud");
    }

    private static Optional<String> authorizedParty(IdToken token, Expected expected) {
        boolean needed = token.claims().path("aud").size() > 1;
        if (!needed && !token.claims().has("azp")) return Optional.empty();
        boolean ours = token.text("azp").equals(Optional.of(expected.clientId()));
        return unless(ours, "has more than one aud, or an azp, and is not for us");
    }

    private static Optional<String> expiry(IdToken token, Expected expected) {
        Optional<Instant> end = token.moment("exp");
        return unless(
                end.filter(exp -> expected.now().isBefore(exp.plus(SKEW))).isPresent(),
                "has expired, or no exp");
    }

    private static Optional<String> issuedAt(IdToken token, Expected expected) {
        Optional<Instant> begin = token.moment("iat");
        return unless(
                begin.filter(iat -> !iat.isAfter(expected.now().plus(SKEW))).isPresent(),
                "was issued in the future, or has no iat: compare the clocks");
    }

    private static Optional<String> notBefore(IdToken token, Expected expected) {
        if (!token.claims().has("nbf")) return Optional.empty();
        Optional<Instant> begin = token.moment("nbf");
        return unless(
                begin.filter(nbf -> !nbf.isAfter(expected.now().plus(SKEW))).isPresent(),
                "is not good yet: compare the clocks");
    }

    private static Optional<String> nonce(IdToken token, Expected expected) {
        return unless(
                token.text("nonce").equals(Optional.of(expected.nonce())), "has another nonce");
    }

    private static Optional<String> accessTokenHash(IdToken token, Expected expected) {
        if (!token.claims().has("at_hash")) return Optional.empty();
        String hash = SigningAlgorithm.of(token.header().path("alg").asText()).orElseThrow().hash();
        Optional<String> due = expected.accessToken().map(access -> leftHalf(hash, access));
        return unless(
                due.isPresent() && token.text("at_hash").equals(due),
                "came with another access token");
    }

    private static String leftHalf(String hash, String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance(hash).digest(text.getBytes(StandardCharsets.UTF_8));
            byte[] half = Arrays.copyOf(digest, digest.length / 2);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(half);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(hash + " is missing", impossible);
        }
    }

    private static Optional<String> subject(IdToken token, Expected expected) {
        boolean good = token.text("sub").filter(sub -> SUBJECT.matcher(sub).matches()).isPresent();
        return unless(good, "has no sub of 1 to 255 ASCII characters");
    }
}
