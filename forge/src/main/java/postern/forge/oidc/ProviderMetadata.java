package postern.forge.oidc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.net.URI;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a provider says of itself, as far as we use it. Source: OpenID Connect Discovery 1.0 section
 * 3, RFC 9207 section 3, RFC 8414 section 2.
 *
 * @param algorithms those of ours that it signs id_tokens with; not empty
 * @param takesBasic client_secret_basic, otherwise client_secret_post
 * @param namesItself its answers to the browser carry {@code iss} (RFC 9207)
 * @param ownsUpToS256 false when it lists challenge methods, and S256 is none of them
 */
record ProviderMetadata(
        URI authorizationEndpoint,
        URI tokenEndpoint,
        URI keys,
        Optional<URI> userInfo,
        Set<SigningAlgorithm> algorithms,
        boolean takesBasic,
        boolean namesItself,
        boolean ownsUpToS256) {
    private static final int MAX_SHOWN_CHARS = 200;

    /**
     * @throws WrongDocument with the first fault and what to change
     */
    static ProviderMetadata read(ObjectNode document, OidcConfig config) throws WrongDocument {
        // Discovery section 4.3: otherwise anybody's document would do
        String issuer = document.path("issuer").asText("");
        if (!issuer.equals(config.issuer())) {
            throw new WrongDocument(
                    "the provider calls itself "
                            + printable(issuer)
                            + ": set POSTERN_OIDC_ISSUER to exactly that, if it is the one you"
                            + " mean");
        }
        Optional<Set<String>> responses = words(document, "response_types_supported");
        if (responses.isPresent() && !responses.get().contains("code")) {
            throw new WrongDocument(
                    "the provider does not offer the code flow: switch it on there");
        }
        return new ProviderMetadata(
                endpoint(document, "authorization_endpoint", config),
                endpoint(document, "token_endpoint", config),
                endpoint(document, "jwks_uri", config),
                document.has("userinfo_endpoint")
                        ? Optional.of(endpoint(document, "userinfo_endpoint", config))
                        : Optional.empty(),
                algorithms(document),
                takesBasic(document),
                document.path("authorization_response_iss_parameter_supported").asBoolean(false),
                words(document, "code_challenge_methods_supported")
                        .map(methods -> methods.contains("S256"))
                        .orElse(true));
    }

    private static URI endpoint(ObjectNode document, String name, OidcConfig config)
            throws WrongDocument {
        String text = document.path(name).asText("");
        Optional<URI> url = OidcConfig.webUrl(text);
        if (url.isEmpty()) {
            throw new WrongDocument("the provider's " + name + " is missing or no web address");
        }
        boolean onThisComputer =
                OidcConfig.isLoopback(url.get()) && OidcConfig.isLoopback(config.issuerUrl());
        if (!OidcConfig.isSecure(url.get()) && !onThisComputer) {
            throw new WrongDocument(
                    "the provider's "
                            + name
                            + " is not https: correct its public address there, or what the proxy"
                            + " in front of it tells it");
        }
        return url.get();
    }

    /** RS256 where the list is missing: every provider has to support that. */
    private static Set<SigningAlgorithm> algorithms(ObjectNode document) throws WrongDocument {
        Set<String> words =
                words(document, "id_token_signing_alg_values_supported").orElse(Set.of("RS256"));
        var algorithms = EnumSet.noneOf(SigningAlgorithm.class);
        words.forEach(word -> SigningAlgorithm.of(word).ifPresent(algorithms::add));
        if (algorithms.isEmpty()) {
            throw new WrongDocument(
                    "the provider signs id_tokens in no way that is accepted here: let it use RS256"
                            + " or ES256, a key pair and no shared secret");
        }
        return Set.copyOf(algorithms);
    }

    /** The standard is client_secret_basic. */
    private static boolean takesBasic(ObjectNode document) throws WrongDocument {
        Set<String> methods =
                words(document, "token_endpoint_auth_methods_supported")
                        .orElse(Set.of("client_secret_basic"));
        if (methods.contains("client_secret_basic")) return true;
        if (methods.contains("client_secret_post")) return false;
        throw new WrongDocument(
                "the provider takes no client secret at its token endpoint: allow"
                        + " client_secret_basic there");
    }

    private static Optional<Set<String>> words(ObjectNode document, String name) {
        JsonNode list = document.path(name);
        if (!list.isArray()) return Optional.empty();
        Set<String> words = new HashSet<>();
        list.forEach(word -> words.add(word.asText("")));
        return Optional.of(words);
    }

    private static String printable(String text) {
        String visible = text.replaceAll("[^\\x21-\\x7e]", "?");
        if (visible.isEmpty()) return "nothing";
        return visible.substring(0, Math.min(MAX_SHOWN_CHARS, visible.length()));
    }
}
