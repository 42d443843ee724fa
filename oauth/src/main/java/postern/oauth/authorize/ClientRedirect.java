package postern.oauth.authorize;

import postern.http.Response;
import postern.oauth.OAuthConfig;
import postern.oauth.OAuthError;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The answer to a client by way of the browser: {@code code} or {@code error}, {@code state} if one
 * was sent, {@code iss} always (RFC 6749 section 4.1.2, RFC 9207 section 2). Registered redirect
 * URIs have no fragment and none of these parameters, so appending is enough.
 */
final class ClientRedirect {
    private final String issuer;

    ClientRedirect(OAuthConfig config) {
        this.issuer = config.issuer().toString();
    }

    Response success(String redirectUri, Optional<String> state, String code) {
        return Response.seeOther(appended(redirectUri, "code=" + encode(code), state));
    }

    Response error(String redirectUri, Optional<String> state, OAuthError error) {
        return Response.seeOther(errorUri(redirectUri, state, error));
    }

    String errorUri(String redirectUri, Optional<String> state, OAuthError error) {
        String answer =
                "error=" + error.code().word() + "&error_description=" + encode(error.hint());
        return appended(redirectUri, answer, state);
    }

    /** The state comes back character by character, be it a single space. */
    private String appended(String redirectUri, String answer, Optional<String> state) {
        return redirectUri
                + separator(redirectUri)
                + answer
                + state.map(text -> "&state=" + encode(text)).orElse("")
                + "&iss="
                + encode(issuer);
    }

    private static String separator(String uri) {
        if (uri.indexOf('?') < 0) return "?";
        return uri.endsWith("?") || uri.endsWith("&") ? "" : "&";
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
