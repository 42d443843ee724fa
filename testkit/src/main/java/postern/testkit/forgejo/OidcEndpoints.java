package postern.testkit.forgejo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Discovery, keys, userinfo and introspection (sections A1, A9 and E). */
final class OidcEndpoints {
    private final Conduct conduct;
    private final Book book;
    private final TokenMint mint;
    private final Site site;
    private final Jwts jwts;

    OidcEndpoints(Conduct conduct, Book book, TokenMint mint, Site site, Jwts jwts) {
        this.conduct = conduct;
        this.book = book;
        this.mint = mint;
        this.site = site;
        this.jwts = jwts;
    }

    void discovery(Exchange exchange) {
        ObjectNode document =
                Json.object()
                        .put("issuer", site.issuer())
                        .put("authorization_endpoint", site.link("/login/oauth/authorize"))
                        .put("token_endpoint", site.link("/login/oauth/access_token"))
                        .put("jwks_uri", site.link("/login/oauth/keys"))
                        .put("userinfo_endpoint", site.link("/login/oauth/userinfo"))
                        .put("introspection_endpoint", site.link("/login/oauth/introspect"));
        list(document, "response_types_supported", "code", "id_token");
        list(document, "id_token_signing_alg_values_supported", "RS256");
        list(document, "subject_types_supported", "public");
        list(document, "scopes_supported", "openid", "profile", "email", "groups");
        list(
                document,
                "claims_supported",
                "aud",
                "exp",
                "iat",
                "iss",
                "sub",
                "name",
                "preferred_username",
                "profile",
                "picture",
                "website",
                "locale",
                "updated_at",
                "email",
                "email_verified",
                "groups");
        list(document, "code_challenge_methods_supported", "plain", "S256");
        list(document, "grant_types_supported", "authorization_code", "refresh_token");
        exchange.answer(200, "application/json", document + "\n");
    }

    private static void list(ObjectNode document, String name, String... values) {
        List.of(values).forEach(document.putArray(name)::add);
    }

    void keys(Exchange exchange) {
        exchange.answer(200, "application/json", jwts.jwks() + "\n");
    }

    void userinfo(Exchange exchange) {
        switch (exchange.authorizationKind()) {
            case BEARER, TOKEN -> {
                Optional<TokenMint.Owner> owner = mint.owner(exchange.credentials());
                if (owner.isEmpty()) {
                    exchange.text(401, conduct.personality().badWebToken());
                } else if (owner.get().user().prohibited()) {
                    // Seen by running: a page with 200, so callers must check the content type.
                    exchange.html(200, Pages.prohibited());
                } else if (owner.get().user().mustChangePassword()) {
                    exchange.redirect(site.localLink("/user/settings/change_password"));
                } else {
                    exchange.login = owner.get().user().login();
                    exchange.json(200, userinfo(owner.get().user()));
                }
            }
            default -> challenge(exchange, "Bearer");
        }
    }

    private ObjectNode userinfo(DoubleUser user) {
        ObjectNode info =
                Json.object()
                        .put("sub", Long.toString(user.id()))
                        .put("name", user.fullName())
                        .put("preferred_username", user.login())
                        .put("email", user.email())
                        .put("picture", site.avatar(user));
        if (!user.groups().isEmpty()) {
            user.groups().forEach(info.putArray("groups")::add);
        } else if (conduct.personality().nullGroups()) {
            info.putNull("groups");
        }
        return info;
    }

    void introspect(Exchange exchange) {
        String token = exchange.fields().getOrDefault("token", "");
        boolean dead = mint.owner(token).isEmpty();
        // Seen by running: the form field is itself taken for an API token, before the endpoint.
        if (conduct.queryTokens() && !token.isEmpty() && dead) {
            exchange.text(401, conduct.personality().badWebToken());
        } else if (!isClient(exchange)) {
            challenge(exchange, "Basic");
        } else {
            exchange.json(200, introspection(token));
        }
    }

    private boolean isClient(Exchange exchange) {
        if (exchange.authorizationKind() != LoggedRequest.AuthorizationKind.BASIC) {
            return false;
        }
        try {
            String[] pair =
                    new String(Base64.getDecoder().decode(exchange.credentials()), UTF_8)
                            .split(":", 2);
            return pair.length == 2
                    && book.app(pair[0])
                            .filter(app -> app.clientSecret().equals(pair[1]))
                            .isPresent();
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    private ObjectNode introspection(String token) {
        Optional<Grant> grant =
                mint.read(token)
                        .map((JsonNode claims) -> claims.path("gnt").asLong())
                        .flatMap(book::grant);
        Optional<DoubleUser> user = grant.flatMap(row -> book.user(row.userId));
        Optional<DoubleApp> app = grant.flatMap(row -> book.app(row.appId));
        if (user.isEmpty() || app.isEmpty()) {
            return Json.object().put("active", false);
        }
        ObjectNode answer = Json.object().put("active", true);
        if (!grant.get().scope.isEmpty()) {
            answer.put("scope", grant.get().scope);
        }
        answer.put("username", user.get().login())
                .put("iss", site.issuer())
                .put("sub", Long.toString(user.get().id()));
        answer.putArray("aud").add(app.get().clientId());
        return answer;
    }

    private void challenge(Exchange exchange, String scheme) {
        exchange.setHeader(
                "WWW-Authenticate", scheme + " realm=\"" + conduct.personality().realm() + "\"");
        exchange.plain(401, "no valid authorization");
    }
}
