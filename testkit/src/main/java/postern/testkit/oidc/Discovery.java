package postern.testkit.oidc;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What the double says of itself. */
record Discovery(String issuer, String base, OidcDoubleOptions options) {
    String document(Lie lie) {
        ObjectNode document =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("issuer", issuer)
                        .put("authorization_endpoint", base + "/authorize?tenant=main")
                        .put("token_endpoint", base + "/token")
                        .put("jwks_uri", base + "/keys")
                        .put("userinfo_endpoint", base + "/userinfo")
                        .put(
                                "authorization_response_iss_parameter_supported",
                                options.namesItself());
        document.putArray("response_types_supported").add("code").add("id_token");
        document.putArray("subject_types_supported").add("public");
        document.putArray("id_token_signing_alg_values_supported")
                .add(options.algorithm())
                .add("HS256");
        document.putArray("token_endpoint_auth_methods_supported")
                .add(options.basic() ? "client_secret_basic" : "client_secret_post");
        change(document, lie);
        String text = document.toString();
        return switch (lie) {
            case DISCOVERY_HUGE -> text + " ".repeat(2 * 1024 * 1024);
            case DISCOVERY_GARBAGE -> "<html>not what you asked for</html>";
            case DISCOVERY_REPEATS_A_FIELD ->
                    text.replaceFirst("\\{", "{\"issuer\":\"https://evil.example\",");
            default -> text;
        };
    }

    private void change(ObjectNode document, Lie lie) {
        switch (lie) {
            case DISCOVERY_OF_ANOTHER_ISSUER ->
                    document.put(
                            "issuer",
                            issuer.endsWith("/")
                                    ? issuer.substring(0, issuer.length() - 1)
                                    : issuer + "/");
            case DISCOVERY_WITHOUT_CODE_FLOW ->
                    document.putArray("response_types_supported").add("id_token");
            case DISCOVERY_WITH_PLAIN_HTTP ->
                    document.put("token_endpoint", "http://sso.example.org/token");
            case DISCOVERY_WITHOUT_KEYS -> document.remove("jwks_uri");
            case DISCOVERY_WITH_HMAC_ONLY ->
                    document.putArray("id_token_signing_alg_values_supported")
                            .add("HS256")
                            .add("none");
            case DISCOVERY_WITH_KEY_CLIENTS_ONLY ->
                    document.putArray("token_endpoint_auth_methods_supported")
                            .add("private_key_jwt");
            case DISCOVERY_WITH_PLAIN_CHALLENGES_ONLY ->
                    document.putArray("code_challenge_methods_supported").add("plain");
            default -> {}
        }
    }
}
