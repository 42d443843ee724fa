package postern.testkit.forgejo;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * {@code POST /login/oauth/access_token}. Every refusal is a 400 with the words of section A6; the
 * order of the checks is Forgejo's, because it decides which words a caller sees.
 */
final class TokenEndpoint {
    private record Credentials(String clientId, String secret) {}

    /** A refusal with Forgejo's words. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1;
        private final String error;

        private Refused(String error, String description) {
            super(description, null, false, false);
            this.error = error;
        }
    }

    private final Conduct conduct;
    private final Book book;
    private final TokenMint mint;

    TokenEndpoint(Conduct conduct, Book book, TokenMint mint) {
        this.conduct = conduct;
        this.book = book;
        this.mint = mint;
    }

    void handle(Exchange exchange) {
        Map<String, String> form = exchange.fields();
        try {
            Credentials credentials = credentials(exchange, form);
            // Held over check and change: of many refreshes with one token exactly one succeeds.
            synchronized (book) {
                exchange.json(
                        200,
                        switch (form.getOrDefault("grant_type", "")) {
                            case "authorization_code" -> exchangeCode(form, credentials);
                            case "refresh_token" -> refresh(form, credentials);
                            default ->
                                    throw new Refused(
                                            "unsupported_grant_type",
                                            "Only refresh_token or authorization_code grant type is"
                                                    + " supported");
                        });
            }
        } catch (Refused refused) {
            exchange.json(
                    400,
                    Json.object()
                            .put("error", refused.error)
                            .put("error_description", refused.getMessage()));
        }
    }

    /** Seen by running: the header counts only when the body lacks id or secret. */
    private static Credentials credentials(Exchange exchange, Map<String, String> form)
            throws Refused {
        String clientId = form.getOrDefault("client_id", "");
        String secret = form.getOrDefault("client_secret", "");
        boolean basic = exchange.authorizationKind() == LoggedRequest.AuthorizationKind.BASIC;
        if (!basic || (!clientId.isEmpty() && !secret.isEmpty())) {
            return new Credentials(clientId, secret);
        }
        String[] pair = basicPair(exchange.credentials());
        if (!clientId.isEmpty() && !clientId.equals(pair[0])) {
            throw inconsistent("client_id");
        }
        if (!secret.isEmpty() && !secret.equals(pair[1])) {
            throw inconsistent("client_secret");
        }
        return new Credentials(pair[0], pair[1]);
    }

    private static String[] basicPair(String encoded) throws Refused {
        try {
            String[] pair = new String(Base64.getDecoder().decode(encoded), UTF_8).split(":", 2);
            if (pair.length == 2) {
                return pair;
            }
        } catch (IllegalArgumentException notBase64) {
            // The same answer as for a text without a colon.
        }
        throw new Refused("invalid_request", "cannot parse basic auth header");
    }

    private static Refused inconsistent(String field) {
        return new Refused(
                "invalid_request",
                field + " in request body inconsistent with Authorization header");
    }

    private JsonNode exchangeCode(Map<String, String> form, Credentials credentials)
            throws Refused {
        DoubleApp app =
                book.app(credentials.clientId())
                        .orElseThrow(() -> unknownClient("'" + credentials.clientId() + "'"));
        checkSecret(app, credentials.secret(), "unauthorized_client");
        String redirectUri = form.getOrDefault("redirect_uri", "");
        if (!redirectUri.isEmpty() && !app.allows(redirectUri)) {
            throw new Refused("unauthorized_client", "unexpected redirect URI");
        }
        String text = form.getOrDefault("code", "");
        IssuedCode code = book.code(text).orElseThrow(TokenEndpoint::notAuthorized);
        Grant grant = book.grant(code.grantId()).orElseThrow(TokenEndpoint::notAuthorized);
        if (!verifies(code, form.getOrDefault("code_verifier", ""))) {
            throw new Refused("unauthorized_client", "failed PKCE code challenge");
        }
        if (conduct.personality().bindsRedirectUri() && !redirectUri.equals(code.redirectUri())) {
            throw new Refused(
                    "unauthorized_client", "redirect_uri does not match the authorization request");
        }
        if (grant.appId != app.id()) {
            throw new Refused("invalid_grant", "invalid grant");
        }
        book.spendCode(text);
        return mint.tokens(grant, app, ownerOf(grant));
    }

    private JsonNode refresh(Map<String, String> form, Credentials credentials) throws Refused {
        DoubleApp app =
                book.app(credentials.clientId())
                        .orElseThrow(() -> unknownClient("\"" + credentials.clientId() + "\""));
        checkSecret(app, credentials.secret(), "invalid_client");
        JsonNode claims =
                mint.read(form.getOrDefault("refresh_token", ""))
                        .orElseThrow(() ->
                                new Refused(
                                        "unauthorized_client", "unable to parse refresh token"));
        boolean binds = conduct.personality().bindsRefreshTokens();
        if (binds && claims.path("tt").asInt() != TokenMint.REFRESH) {
            throw new Refused("unauthorized_client", "token is not a refresh token");
        }
        Optional<Grant> row = book.grant(claims.path("gnt").asLong());
        Grant grant = row.orElseThrow(() -> new Refused("invalid_grant", "grant does not exist"));
        if (binds && grant.appId != app.id()) {
            throw new Refused("invalid_grant", "refresh token was not issued to this client");
        }
        if (conduct.rotates() && claims.path("cnt").asLong() != grant.counter) {
            throw new Refused("unauthorized_client", "token was already used");
        }
        return mint.tokens(grant, app, ownerOf(grant));
    }

    private static void checkSecret(DoubleApp app, String secret, String error) throws Refused {
        if (app.confidential() && !app.clientSecret().equals(secret)) {
            String what =
                    secret.isEmpty() ? "invalid empty client secret" : "invalid client secret";
            throw new Refused(error, what);
        }
    }

    /** The user is not looked at: a prohibited one still gets tokens (section A7). */
    private DoubleUser ownerOf(Grant grant) throws Refused {
        return book.user(grant.userId)
                .orElseThrow(() -> new Refused("invalid_request", "cannot find user"));
    }

    private static Refused unknownClient(String quoted) {
        return new Refused("invalid_client", "cannot load client with client id: " + quoted);
    }

    private static Refused notAuthorized() {
        return new Refused("unauthorized_client", "client is not authorized");
    }

    private boolean verifies(IssuedCode code, String verifier) {
        return switch (code.challengeMethod()) {
            case "S256" -> s256(verifier).equals(code.challenge());
            case "plain" -> verifier.equals(code.challenge());
            // A challenge without a method (section A2, pitfalls).
            default -> code.challenge().isEmpty() || !conduct.personality().challengeNeedsMethod();
        };
    }

    private static String s256(String verifier) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("this JDK has no SHA-256", missing);
        }
    }
}
