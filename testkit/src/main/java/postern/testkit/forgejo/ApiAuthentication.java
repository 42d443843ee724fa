package postern.testkit.forgejo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.Optional;

/**
 * Who calls the API. It runs before routing, so a bad token is a 401 on every route, public ones
 * included (section A10).
 */
final class ApiAuthentication {
    private final Conduct conduct;
    private final Book book;
    private final TokenMint mint;

    ApiAuthentication(Conduct conduct, Book book, TokenMint mint) {
        this.conduct = conduct;
        this.book = book;
        this.mint = mint;
    }

    /** A presented credential; empty text: none was presented. */
    record Presented(String token, Optional<TokenMint.Owner> owner) {
        boolean isMissing() {
            return token.isEmpty();
        }
    }

    Presented read(Exchange exchange) {
        return switch (exchange.authorizationKind()) {
            case BEARER, TOKEN -> presented(exchange.credentials());
            case BASIC -> basic(exchange.credentials());
            case NONE, OTHER -> presented(queryToken(exchange));
        };
    }

    private Presented presented(String token) {
        return new Presented(token, token.isEmpty() ? Optional.empty() : mint.owner(token));
    }

    private String queryToken(Exchange exchange) {
        if (!conduct.queryTokens()) {
            return "";
        }
        String token = exchange.query().getOrDefault("token", "");
        return token.isEmpty() ? exchange.query().getOrDefault("access_token", "") : token;
    }

    /** A token as password, or as user name with {@code x-oauth-basic}, or a real password. */
    private Presented basic(String encoded) {
        String[] pair;
        try {
            pair = new String(Base64.getDecoder().decode(encoded), UTF_8).split(":", 2);
        } catch (IllegalArgumentException notBase64) {
            return new Presented(encoded, Optional.empty());
        }
        String name = pair[0];
        String password = pair.length == 2 ? pair[1] : "";
        boolean nameIsToken = password.isEmpty() || password.equals("x-oauth-basic");
        String token = nameIsToken ? name : password;
        Optional<TokenMint.Owner> byPassword =
                book.user(name)
                        .filter(user -> user.password().equals(password))
                        .map(user -> new TokenMint.Owner(user, Scopes.ALL));
        return byPassword.isPresent() ? new Presented(token, byPassword) : presented(token);
    }

    /** The 401 text; Forgejo 16 repeats the whole token in it, twice. */
    String refusal(String token) {
        if (!conduct.personality().echoesToken()) {
            return "user does not exist [uid: 0, name: ]";
        }
        boolean alive = mint.read(token).isPresent();
        return String.join(
                "\n",
                alive
                        ? "oauth2 grant not found or revoked"
                        : "token has invalid claims: token is expired",
                "access token does not exist [sha: " + token + "]",
                "token is unverifiable: error while executing keyfunc: unexpected signing method:"
                        + " RS256",
                "task with token \"" + token + "\": resource does not exist",
                "authorized integration: parse JWT error: token is unverifiable");
    }
}
