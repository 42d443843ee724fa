package postern.testkit.forgejo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Makes token sets for grants and finds the owner of a presented token (sections A5 and A7). */
final class TokenMint {
    static final int ACCESS = 0;
    static final int REFRESH = 1;

    /** Who a presented token speaks for, and how far. */
    record Owner(DoubleUser user, Scopes scopes) {}

    private final Conduct conduct;
    private final Book book;
    private final Site site;
    private final Jwts jwts;

    TokenMint(Conduct conduct, Book book, Site site, Jwts jwts) {
        this.conduct = conduct;
        this.book = book;
        this.site = site;
        this.jwts = jwts;
    }

    /** The token answer; with rotation on this retires every earlier refresh token of the grant. */
    ObjectNode tokens(Grant grant, DoubleApp app, DoubleUser user) {
        Instant now = conduct.now();
        long expires = now.plus(conduct.accessTokenLifetime()).getEpochSecond();
        ObjectNode access = claims(grant, ACCESS).put("exp", expires);
        ObjectNode refresh = claims(grant, REFRESH);
        if (conduct.rotates()) {
            grant.counter++;
            refresh.put("cnt", grant.counter);
        }
        refresh.put("exp", now.plus(conduct.refreshTokenLifetime()).getEpochSecond());
        ObjectNode answer =
                Json.object()
                        .put("access_token", signed(access, now))
                        .put("token_type", "bearer")
                        .put("expires_in", conduct.accessTokenLifetime().toSeconds())
                        .put("refresh_token", signed(refresh, now));
        if (List.of(grant.scope.split(" ")).contains("openid")) {
            answer.put("id_token", signed(idClaims(grant, app, user, expires), now));
        }
        return answer;
    }

    private static ObjectNode claims(Grant grant, int kind) {
        return Json.object().put("gnt", grant.id).put("tt", kind);
    }

    private String signed(ObjectNode claims, Instant now) {
        return book.issue(jwts.sign(claims.put("iat", now.getEpochSecond())));
    }

    private ObjectNode idClaims(Grant grant, DoubleApp app, DoubleUser user, long expires) {
        List<String> scopes = List.of(grant.scope.split(" "));
        ObjectNode claims =
                Json.object().put("iss", site.issuer()).put("sub", Long.toString(user.id()));
        claims.putArray("aud").add(app.clientId());
        claims.put("exp", expires);
        if (!grant.nonce.isEmpty()) {
            claims.put("nonce", grant.nonce);
        }
        if (scopes.contains("profile")) {
            claims.put("name", user.fullName())
                    .put("preferred_username", user.login())
                    .put("profile", site.link("/" + user.login()))
                    .put("picture", site.avatar(user))
                    .put("locale", "en-US");
        }
        if (scopes.contains("email")) {
            claims.put("email", user.email()).put("email_verified", true);
        }
        if (scopes.contains("groups")) {
            user.groups().forEach(claims.putArray("groups")::add);
        }
        return claims;
    }

    /** The claims of a live token of ours. */
    Optional<JsonNode> read(String token) {
        return jwts.read(token, conduct.now());
    }

    /** The owner of a live access token or personal token; a refresh token has none. */
    Optional<Owner> owner(String token) {
        Optional<Book.PersonalToken> personal = book.personalToken(token);
        if (personal.isPresent()) {
            return book.user(personal.get().userId())
                    .map(user -> new Owner(user, personal.get().scopes()));
        }
        return read(token)
                .filter(claims -> claims.path("tt").asInt(-1) == ACCESS)
                .flatMap(claims -> book.grant(claims.path("gnt").asLong()))
                .flatMap(this::ownerOf);
    }

    private Optional<Owner> ownerOf(Grant grant) {
        Scopes scopes = Scopes.ofGrant(grant.scope, conduct.personality());
        return book.user(grant.userId).map(user -> new Owner(user, scopes));
    }
}
