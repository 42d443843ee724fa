package postern.testkit.forgejo;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Which requests a fault is for. */
public enum Endpoint {
    ANY,
    DISCOVERY,
    KEYS,
    /** Sign-in, authorize and consent pages. */
    PAGES,
    /** The token endpoint, whatever the grant type. */
    TOKEN,
    /** The token endpoint with grant type {@code authorization_code}. */
    TOKEN_CODE,
    /** The token endpoint with grant type {@code refresh_token}. */
    TOKEN_REFRESH,
    USERINFO,
    INTROSPECT,
    API,
    /** Attachments at the addresses that the API names. */
    DOWNLOAD;

    static final String TOKEN_PATH = "/login/oauth/access_token";

    boolean covers(Exchange exchange) {
        String path = exchange.path();
        return switch (this) {
            case ANY -> true;
            case DISCOVERY -> path.equals("/.well-known/openid-configuration");
            case KEYS -> path.equals("/login/oauth/keys");
            case PAGES ->
                    path.startsWith("/user/")
                            || path.equals("/login/oauth/authorize")
                            || path.equals("/login/oauth/grant");
            case TOKEN -> path.equals(TOKEN_PATH);
            case TOKEN_CODE -> grantType(exchange).equals("authorization_code");
            case TOKEN_REFRESH -> grantType(exchange).equals("refresh_token");
            case USERINFO -> path.equals("/login/oauth/userinfo");
            case INTROSPECT -> path.equals("/login/oauth/introspect");
            case API -> path.startsWith("/api/v1/");
            case DOWNLOAD -> Downloads.isDownload(path);
        };
    }

    /** The grant type of a token request, otherwise empty. */
    static String grantType(Exchange exchange) {
        return exchange.path().equals(TOKEN_PATH)
                ? exchange.fields().getOrDefault("grant_type", "")
                : "";
    }

    /** As over the control endpoint: {@code token-refresh}. */
    static Endpoint named(String name) {
        return Arrays.stream(values())
                .filter(endpoint -> endpoint.wireName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("endpoint must be " + names()));
    }

    private static String names() {
        return Arrays.stream(values()).map(Endpoint::wireName).collect(Collectors.joining(", "));
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
