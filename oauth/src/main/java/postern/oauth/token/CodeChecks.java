package postern.oauth.token;

import static postern.oauth.OAuthError.invalidGrant;

import com.nimbusds.oauth2.sdk.pkce.CodeChallenge;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;

import postern.oauth.OAuthError;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What an attempt to redeem a code must fulfil. The rules are independent: each is looked at
 * whatever the others say. That the code was not used before is judged after them, because only an
 * otherwise valid second use may end the grant (OAuth 2.1 sections 4.1.3 and 7.5.2).
 */
final class CodeChecks {
    static final int MAX_FAILURES = 5;
    private static final Pattern VERIFIER = Pattern.compile("[A-Za-z0-9._~-]{43,128}");

    private CodeChecks() {}

    static List<CodeCheck> standard() {
        return List.of(
                CodeChecks::sameClient, // OAuth 2.1 §4.1.3
                CodeChecks::notExpired, // OAuth 2.1 §4.1.2
                CodeChecks::notBurnt, // I7
                CodeChecks::grantIsLive, // I11
                CodeChecks::sameRedirectUri, // OAuth 2.1 §10.2
                CodeChecks::verifierFits, // RFC 7636 §4.6
                CodeChecks::resourceOfGrant); // RFC 8707 §2.2
    }

    private static void sameClient(Redemption attempt) {
        if (!attempt.code().grant().clientId().equals(attempt.client().id())) {
            throw notValid("code of another client");
        }
    }

    private static void notExpired(Redemption attempt) {
        if (!attempt.now().isBefore(attempt.code().expiresAt())) throw notValid("code has expired");
    }

    private static void notBurnt(Redemption attempt) {
        if (attempt.code().failures() >= MAX_FAILURES) throw notValid("too many failed attempts");
    }

    private static void grantIsLive(Redemption attempt) {
        if (!attempt.code().grant().isLive(attempt.now())) throw notValid("grant has ended");
    }

    /** Optional here, but when it comes it must be the authorization request's, port included. */
    private static void sameRedirectUri(Redemption attempt) {
        Optional<String> given = attempt.form().single("redirect_uri");
        if (given.isPresent() && !given.get().equals(attempt.code().redirectUri())) {
            throw notValid("redirect_uri differs from the authorization request");
        }
    }

    private static void verifierFits(Redemption attempt) {
        String verifier = attempt.form().single("code_verifier").orElse("");
        if (!VERIFIER.matcher(verifier).matches()) {
            throw notValid("code_verifier is missing or malformed");
        }
        CodeChallenge computed =
                CodeChallenge.compute(CodeChallengeMethod.S256, new CodeVerifier(verifier));
        if (!MessageDigest.isEqual(
                ascii(computed.getValue()), ascii(attempt.code().codeChallenge()))) {
            throw notValid("code_verifier does not fit");
        }
    }

    private static void resourceOfGrant(Redemption attempt) {
        List<String> asked = attempt.form().all("resource");
        if (!List.of(attempt.code().grant().resource()).containsAll(asked)) {
            throw new OAuthError(
                    OAuthError.Code.INVALID_TARGET,
                    "resource is not the one that was authorized",
                    "resource outside the grant");
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** One text for whatever is wrong: who may not use a code learns nothing about it. */
    static OAuthError notValid(String detail) {
        return invalidGrant("code or code_verifier is not valid", detail);
    }
}
