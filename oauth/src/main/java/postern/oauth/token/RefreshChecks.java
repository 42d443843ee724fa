package postern.oauth.token;

import static postern.oauth.OAuthError.invalidGrant;

import postern.access.Scope;
import postern.oauth.OAuthError;
import postern.oauth.RequestedScope;

import java.util.List;
import java.util.Optional;

/**
 * What an attempt to use a refresh token must fulfil before anything is rotated. That its grant has
 * not ended (J2) is no question for before: the transaction that rotates asks it.
 */
final class RefreshChecks {
    private RefreshChecks() {}

    static List<RefreshCheck> standard() {
        return List.of(
                RefreshChecks::sameClient, // OAuth 2.1 §4.3.1
                RefreshChecks::notExpired, // J9
                RefreshChecks::scopeWithinGrant, // OAuth 2.1 §4.3
                RefreshChecks::resourceOfGrant); // RFC 8707 §2.2
    }

    private static void sameClient(Renewal attempt) {
        if (!attempt.token().grant().clientId().equals(attempt.client().id())) {
            throw notValid("refresh token of another client");
        }
    }

    /** A retired one is judged by its grace: its return is reuse, however old it is. */
    private static void notExpired(Renewal attempt) {
        if (attempt.token().retiredAt().isPresent()) return;
        if (!attempt.now().isBefore(attempt.token().expiresAt())) {
            throw notValid("refresh token has expired");
        }
    }

    private static void scopeWithinGrant(Renewal attempt) {
        if (asked(attempt).filter(attempt.token().grant().scope()::covers).isEmpty()) {
            throw new OAuthError(
                    OAuthError.Code.INVALID_SCOPE,
                    "scope is wider than what was granted",
                    "scope outside the grant");
        }
    }

    /** The scope of the new access token: as granted, or narrower when the client asks for less. */
    static Scope scope(Renewal attempt) {
        return asked(attempt).orElseThrow();
    }

    private static Optional<Scope> asked(Renewal attempt) {
        Scope granted = attempt.token().grant().scope();
        return RequestedScope.of(attempt.form().single("scope"), granted);
    }

    private static void resourceOfGrant(Renewal attempt) {
        List<String> asked = attempt.form().all("resource");
        if (!List.of(attempt.token().grant().resource()).containsAll(asked)) {
            throw new OAuthError(
                    OAuthError.Code.INVALID_TARGET,
                    "resource is not the one that was authorized",
                    "resource outside the grant");
        }
    }

    static OAuthError notValid(String detail) {
        return invalidGrant("refresh token is not valid", detail);
    }
}
