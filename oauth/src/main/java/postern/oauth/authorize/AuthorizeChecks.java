package postern.oauth.authorize;

import static postern.oauth.OAuthError.Code.INVALID_CLIENT;
import static postern.oauth.OAuthError.Code.INVALID_SCOPE;
import static postern.oauth.OAuthError.Code.INVALID_TARGET;
import static postern.oauth.OAuthError.Code.REQUEST_NOT_SUPPORTED;
import static postern.oauth.OAuthError.Code.REQUEST_URI_NOT_SUPPORTED;
import static postern.oauth.OAuthError.Code.UNSUPPORTED_RESPONSE_TYPE;
import static postern.oauth.OAuthError.invalidRequest;

import postern.access.Scope;
import postern.oauth.OAuthError;
import postern.oauth.RequestedScope;
import postern.oauth.client.Client;
import postern.oauth.client.RedirectUris;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What an authorization request must be, in the order in which it is looked at.
 *
 * @param withPage refusals answer on our own page: there is nobody yet whom we could send back
 * @param withRedirect refusals may answer the client
 */
record AuthorizeChecks(List<AuthorizeCheck> withPage, List<AuthorizeCheck> withRedirect) {
    private static final Pattern S256_CHALLENGE = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final int MAX_STATE = 2048;
    private static final List<String> ONCE =
            List.of(
                    "response_type",
                    "state",
                    "scope",
                    "code_challenge",
                    "code_challenge_method",
                    "response_mode",
                    "request",
                    "request_uri",
                    "nonce",
                    "prompt");

    static AuthorizeChecks standard() {
        return new AuthorizeChecks(
                List.of(
                        AuthorizeChecks::singleClientIdAndRedirectUri, // OAuth 2.1 §4.1.2.1
                        AuthorizeChecks::knownClient, // OAuth 2.1 §4.1.2.1
                        AuthorizeChecks::registeredRedirectUri), // OAuth 2.1 §2.3, RFC 9700 §4.1.3
                List.of(
                        AuthorizeChecks::noRepeatedParameter, // OAuth 2.1 §3.1
                        AuthorizeChecks::boundedState, // D13
                        AuthorizeChecks::responseTypeCode, // OAuth 2.1 §4.1.1
                        AuthorizeChecks::noRequestObject, // RFC 9101 §5, not offered
                        AuthorizeChecks::queryResponseMode, // only "query" is offered
                        AuthorizeChecks::s256Challenge, // RFC 7636 §4.3, §4.4.1
                        AuthorizeChecks::knownScope, // RFC 6749 §3.3
                        AuthorizeChecks::knownResource)); // RFC 8707 §2
    }

    private static void singleClientIdAndRedirectUri(Inquiry inquiry) {
        for (String name : List.of("client_id", "redirect_uri")) {
            if (inquiry.params().isRepeated(name)) {
                throw invalidRequest(name + " was sent more than once", "repeated " + name);
            }
        }
        if (inquiry.value("client_id").isEmpty()) {
            throw invalidRequest("client_id is missing", "no client_id");
        }
    }

    private static void knownClient(Inquiry inquiry) {
        if (inquiry.client().isEmpty()) throw unknownClient();
    }

    static OAuthError unknownClient() {
        return new OAuthError(
                INVALID_CLIENT,
                "this server does not know the program, or has forgotten it",
                "unknown client at authorize");
    }

    private static void registeredRedirectUri(Inquiry inquiry) {
        if (registeredUri(inquiry).isEmpty()) {
            throw invalidRequest(
                    "redirect_uri is not one of the client's registered addresses",
                    "unregistered redirect_uri");
        }
    }

    /** The registered URI that the request means; without the parameter the only one there is. */
    static Optional<String> registeredUri(Inquiry inquiry) {
        List<String> registered = inquiry.client().map(Client::redirectUris).orElse(List.of());
        Optional<String> requested = inquiry.value("redirect_uri");
        if (requested.isPresent()) return RedirectUris.match(registered, requested.get());
        return registered.size() == 1 ? Optional.of(registered.getFirst()) : Optional.empty();
    }

    private static void noRepeatedParameter(Inquiry inquiry) {
        for (String name : ONCE) {
            if (inquiry.params().isRepeated(name)) {
                throw invalidRequest(name + " was sent more than once", "repeated " + name);
            }
        }
    }

    private static void boundedState(Inquiry inquiry) {
        Optional<String> state = inquiry.value("state");
        if (state.isPresent() && state.get().length() > MAX_STATE) {
            throw invalidRequest("state has more than 2048 characters", "long state");
        }
    }

    private static void responseTypeCode(Inquiry inquiry) {
        Optional<String> type = inquiry.value("response_type");
        if (type.isEmpty()) throw invalidRequest("response_type is missing", "no response_type");
        if (!type.get().equals("code")) {
            throw new OAuthError(
                    UNSUPPORTED_RESPONSE_TYPE,
                    "response_type must be code",
                    "unsupported response_type");
        }
    }

    private static void noRequestObject(Inquiry inquiry) {
        if (inquiry.value("request").isPresent()) {
            throw new OAuthError(
                    REQUEST_NOT_SUPPORTED, "request is not supported", "request object");
        }
        if (inquiry.value("request_uri").isPresent()) {
            throw new OAuthError(
                    REQUEST_URI_NOT_SUPPORTED, "request_uri is not supported", "request_uri");
        }
    }

    private static void queryResponseMode(Inquiry inquiry) {
        Optional<String> mode = inquiry.value("response_mode");
        if (mode.isPresent() && !mode.get().equals("query")) {
            throw invalidRequest("response_mode must be query", "unsupported response_mode");
        }
    }

    private static void s256Challenge(Inquiry inquiry) {
        Optional<String> challenge = inquiry.value("code_challenge");
        if (challenge.isEmpty()) {
            throw invalidRequest("code_challenge is missing: PKCE is required", "no challenge");
        }
        if (!inquiry.value("code_challenge_method").equals(Optional.of("S256"))) {
            throw invalidRequest("code_challenge_method must be S256", "other challenge method");
        }
        if (!S256_CHALLENGE.matcher(challenge.get()).matches()) {
            throw invalidRequest("code_challenge must be 43 base64url characters", "wrong shape");
        }
    }

    private static void knownScope(Inquiry inquiry) {
        if (RequestedScope.of(inquiry.value("scope"), Scope.FULL).isEmpty()) {
            throw new OAuthError(INVALID_SCOPE, "scope has an unknown value", "unknown scope");
        }
    }

    private static void knownResource(Inquiry inquiry) {
        Set<String> asked = Set.copyOf(inquiry.params().all("resource"));
        if (asked.size() > 1 || !inquiry.config().resources().containsAll(asked)) {
            throw new OAuthError(
                    INVALID_TARGET,
                    "resource is not an endpoint of this server",
                    "unknown resource");
        }
    }
}
