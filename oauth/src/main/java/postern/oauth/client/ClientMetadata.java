package postern.oauth.client;

import static postern.oauth.OAuthError.Code.INVALID_CLIENT_METADATA;
import static postern.oauth.OAuthError.Code.INVALID_REDIRECT_URI;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.oauth.OAuthError;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a client says about itself, checked and with the defaults of RFC 7591 section 2 filled in.
 * Unknown members are ignored: neither kept nor echoed.
 */
record ClientMetadata(
        String name,
        List<String> redirectUris,
        AuthMethod authMethod,
        Set<String> grantTypes,
        Optional<String> clientUri) {
    private static final int MAX_REDIRECT_URIS = 16;
    private static final int MAX_NAME_CHARACTERS = 100;
    private static final Set<String> GRANT_TYPES = Set.of("authorization_code", "refresh_token");
    private static final List<String> WEB_ADDRESSES =
            List.of("client_uri", "logo_uri", "tos_uri", "policy_uri");

    /**
     * @throws OAuthError invalid_redirect_uri or invalid_client_metadata
     */
    static ClientMetadata of(ObjectNode json) {
        webAddresses(json);
        responseTypes(json);
        return new ClientMetadata(
                name(json),
                redirectUris(json),
                authMethod(json),
                grantTypes(json),
                clientUri(json));
    }

    /**
     * What a Client ID Metadata Document says. Everybody can read it, so it cannot hold a secret.
     *
     * @throws OAuthError invalid_redirect_uri or invalid_client_metadata
     */
    static ClientMetadata ofDocument(ObjectNode json) {
        json.fieldNames()
                .forEachRemaining(member -> {
                    if (member.startsWith("client_secret")) {
                        throw metadata("a document must not have client_secret");
                    }
                });
        String method = string(json, "token_endpoint_auth_method").orElse("none");
        if (!method.equals("none")) throw metadata("token_endpoint_auth_method must be none");
        responseTypes(json);
        return new ClientMetadata(
                name(json),
                redirectUris(json),
                AuthMethod.NONE,
                grantTypes(json),
                Optional.empty());
    }

    /**
     * What the operator writes down.
     *
     * @throws OAuthError invalid_redirect_uri or invalid_client_metadata
     */
    static ClientMetadata ofOperator(ObjectNode json, boolean hasSecret) {
        if (name(json).isEmpty()) throw metadata("client_name is missing");
        for (String uri : strings(json, "redirect_uris").orElse(List.of())) {
            if (RedirectUris.isPrivateScheme(uri)) {
                throw redirect(
                        "redirect_uris must be https, or http on a loopback address; private"
                                + " schemes are not supported");
            }
        }
        List<String> grants = List.of("authorization_code", "refresh_token");
        return new ClientMetadata(
                name(json),
                redirectUris(json),
                operatorAuthMethod(json, hasSecret),
                strings(json, "grant_types").isPresent() ? grantTypes(json) : Set.copyOf(grants),
                Optional.empty());
    }

    private static AuthMethod operatorAuthMethod(ObjectNode json, boolean hasSecret) {
        Optional<String> word = string(json, "token_endpoint_auth_method");
        if (word.isEmpty() && !hasSecret) return AuthMethod.NONE;
        AuthMethod method =
                word.flatMap(AuthMethod::of)
                        .orElseThrow(() ->
                                metadata(
                                        "token_endpoint_auth_method must be client_secret_basic,"
                                                + " client_secret_post or none"));
        if (hasSecret == (method == AuthMethod.NONE)) {
            throw metadata(
                    hasSecret
                            ? "token_endpoint_auth_method is none, but there is a secret"
                            : "client_secret_file or client_secret is missing");
        }
        return method;
    }

    /** What registration answers, without id and secret (RFC 7591 section 3.2.1). */
    ObjectNode echo() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        redirectUris.forEach(json.putArray("redirect_uris")::add);
        json.put("token_endpoint_auth_method", authMethod.word());
        grantTypes.forEach(json.putArray("grant_types")::add);
        json.putArray("response_types").add("code");
        if (!name.isEmpty()) json.put("client_name", name);
        clientUri.ifPresent(uri -> json.put("client_uri", uri));
        return json;
    }

    private static String name(ObjectNode json) {
        String name = string(json, "client_name").orElse("");
        if (name.codePointCount(0, name.length()) > MAX_NAME_CHARACTERS) {
            throw metadata("client_name has more than 100 characters");
        }
        if (name.codePoints().anyMatch(ClientMetadata::isInvisible)) {
            throw metadata("client_name has control or direction characters");
        }
        // else a page would show empty quotation marks and not say that there is no name
        return VisibleText.showsNothing(name) ? "" : name.strip();
    }

    private static boolean isInvisible(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED ->
                    true;
            default -> false;
        };
    }

    private static List<String> redirectUris(ObjectNode json) {
        List<String> given =
                strings(json, "redirect_uris")
                        .filter(uris -> !uris.isEmpty())
                        .orElseThrow(() -> redirect("redirect_uris is missing"));
        if (given.size() > MAX_REDIRECT_URIS) throw redirect("more than 16 redirect URIs");
        Set<String> kept = new LinkedHashSet<>();
        for (String uri : given) {
            if (RedirectUris.isPrivateScheme(uri)) continue;
            RedirectUris.refusal(uri)
                    .ifPresent(hint -> {
                        throw redirect(hint);
                    });
            kept.add(uri);
        }
        if (kept.isEmpty()) {
            throw redirect("a redirect URI must be https, or http on a loopback address");
        }
        return List.copyOf(kept);
    }

    private static AuthMethod authMethod(ObjectNode json) {
        String word = string(json, "token_endpoint_auth_method").orElse("client_secret_basic");
        return AuthMethod.of(word)
                .orElseThrow(() -> metadata("token_endpoint_auth_method is not supported"));
    }

    private static Set<String> grantTypes(ObjectNode json) {
        List<String> asked = strings(json, "grant_types").orElse(List.of("authorization_code"));
        if (!asked.contains("authorization_code")) {
            throw metadata("grant_types must have authorization_code");
        }
        // others are left out and the answer says so: clients list what they could do
        Set<String> granted = new TreeSet<>(asked);
        granted.retainAll(GRANT_TYPES);
        return granted;
    }

    private static void responseTypes(ObjectNode json) {
        List<String> types = strings(json, "response_types").orElse(List.of("code"));
        if (!types.contains("code")) throw metadata("response_types must have code");
    }

    private static Optional<String> clientUri(ObjectNode json) {
        return string(json, "client_uri").filter(uri -> !uri.isEmpty());
    }

    /**
     * Refused unless https, in every language (RFC 7591 section 2.2); shown at most, never fetched.
     */
    private static void webAddresses(ObjectNode json) {
        for (Map.Entry<String, JsonNode> member : json.properties()) {
            String name = member.getKey().split("#", 2)[0];
            if (!WEB_ADDRESSES.contains(name)) continue;
            Optional<String> value = string(json, member.getKey()).filter(text -> !text.isEmpty());
            if (value.isPresent() && !isWebAddress(value.get())) {
                throw metadata(name + " must be an https URL");
            }
        }
    }

    private static boolean isWebAddress(String text) {
        if (text.length() > 2048) return false;
        try {
            var uri = new URI(text);
            return uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && "https".equals(uri.getScheme());
        } catch (URISyntaxException malformed) {
            return false;
        }
    }

    private static Optional<String> string(ObjectNode json, String member) {
        JsonNode node = json.get(member);
        if (node == null || node.isNull()) return Optional.empty();
        if (!node.isTextual()) throw metadata(member + " must be a string");
        return Optional.of(node.textValue());
    }

    private static Optional<List<String>> strings(ObjectNode json, String member) {
        JsonNode node = json.get(member);
        if (node == null || node.isNull()) return Optional.empty();
        if (!node.isArray()) throw metadata(member + " must be an array of strings");
        List<String> values = new ArrayList<>();
        for (JsonNode value : node) {
            if (!value.isTextual()) throw metadata(member + " must be an array of strings");
            values.add(value.textValue());
        }
        return Optional.of(values);
    }

    private static OAuthError metadata(String hint) {
        return new OAuthError(INVALID_CLIENT_METADATA, hint, "metadata refused: " + hint);
    }

    private static OAuthError redirect(String hint) {
        return new OAuthError(INVALID_REDIRECT_URI, hint, "metadata refused: " + hint);
    }
}
