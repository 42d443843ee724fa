package postern.oauth.token;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.access.Scope;
import postern.core.Secret;
import postern.http.Response;

import java.time.Duration;
import java.util.Optional;

/** What the token endpoint answers (RFC 6749 section 5.1). */
record Issued(Secret accessToken, Duration life, Optional<Secret> refreshToken, Scope scope) {
    Response response() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("access_token", plain(accessToken));
        body.put("token_type", "Bearer");
        body.put("expires_in", Math.max(1, life.toSeconds()));
        refreshToken.ifPresent(token -> body.put("refresh_token", plain(token)));
        body.put("scope", scope.toString());
        return Response.json(200, body.toString())
                .with("Cache-Control", "no-store")
                .with("Pragma", "no-cache");
    }

    private static String plain(Secret token) {
        return token.useText(text -> text);
    }
}
