package postern.forge;

import postern.core.Check;

import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Pattern;

/** The address that a browser is sent to for a code. Source: RFC 6749 section 4.1.1. */
final class AuthorizationRequest {
    /** Forgejo keeps the whole URL in a cookie while the person signs in; long ones are dropped. */
    private static final Pattern STATE = Pattern.compile("[A-Za-z0-9._~-]{1,200}");

    private AuthorizationRequest() {}

    static URI uri(ForgejoConfig config, SignInRequest request) {
        Check.that(
                STATE.matcher(request.state()).matches(), "state", "must be short and unreserved");
        return URI.create(
                config.publicUrl()
                        + "/login/oauth/authorize?response_type=code&client_id="
                        + ForgeHttp.encode(config.clientId())
                        + "&redirect_uri="
                        + ForgeHttp.encode(config.callback().toString())
                        + "&scope="
                        + ForgeHttp.encode(config.scopes()).replace("+", "%20")
                        + "&state="
                        + request.state()
                        + "&code_challenge="
                        + request.codeVerifier().use(AuthorizationRequest::challenge)
                        + "&code_challenge_method=S256");
    }

    /** RFC 7636 section 4.2. */
    private static String challenge(byte[] verifier) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(verifier);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("SHA-256 is missing", impossible);
        }
    }
}
