package postern.bridge;

import postern.access.Caller;
import postern.access.Scope;
import postern.access.TokenCheck;
import postern.http.BadRequest;
import postern.http.BearerToken;
import postern.http.HttpError;
import postern.http.Request;
import postern.store.StoreUnavailable;

import java.time.Duration;
import java.util.Optional;

/** From a request to its caller. Source: RFC 6750; oauth-rules M1 to M6. */
final class BearerCheck {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final TokenCheck tokens;

    BearerCheck(TokenCheck tokens) {
        this.tokens = tokens;
    }

    /**
     * @throws HttpError 401 with a challenge, 403 when the scope is too small, 503 when nobody can
     *     tell
     */
    Caller check(Request request, Endpoint endpoint) {
        Optional<String> token;
        try {
            token = BearerToken.of(request.headers());
        } catch (BadRequest malformed) {
            throw Challenge.invalidToken(endpoint, malformed.detail());
        }
        if (token.isEmpty()) throw Challenge.noToken(endpoint);
        Caller caller =
                find(token.get(), endpoint)
                        .orElseThrow(() -> Challenge.invalidToken(endpoint, "token refused"));
        if (!caller.principal().scope().covers(Scope.READ_ONLY)) {
            throw Challenge.insufficientScope(endpoint, Scope.READ_ONLY);
        }
        return caller;
    }

    private Optional<Caller> find(String token, Endpoint endpoint) {
        try {
            return tokens.check(token, endpoint.resource());
        } catch (StoreUnavailable failure) {
            throw McpRefusal.of(503, "try again in a moment", "store unavailable")
                    .with("Retry-After", String.valueOf(RETRY_AFTER.toSeconds()));
        }
    }
}
