package postern.forge.oidc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.access.UpstreamRefused;
import postern.access.UpstreamUnavailable;
import postern.core.Secret;
import postern.forge.ForgeHttp;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Exchanges a code, once. Source: OpenID Connect Core 1.0 section 3.1.3, RFC 6749 section 2.3.1.
 */
final class TokenEndpoint {
    private static final Logger LOG = LoggerFactory.getLogger(TokenEndpoint.class);
    private static final Pattern LOGGABLE = Pattern.compile("[a-z_]{1,60}");

    private final ForgeHttp http;
    private final OidcConfig config;

    /**
     * What is needed of an answer; the rest is dropped.
     *
     * @param accessToken only for the check of {@code at_hash}
     */
    record Answer(IdToken idToken, Optional<String> accessToken) {}

    TokenEndpoint(ForgeHttp http, OidcConfig config) {
        this.http = http;
        this.config = config;
    }

    Answer redeem(ProviderMetadata provider, String code, Secret codeVerifier)
            throws UpstreamRefused, UpstreamUnavailable {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "authorization_code");
        form.put("code", code);
        form.put("redirect_uri", config.callback().toString());
        form.put("code_verifier", codeVerifier.useText(text -> text));
        ForgeHttp.Answer answer = send(provider, form);
        Optional<ObjectNode> json = answer.json();
        if (json.isEmpty() || answer.status() >= 500 || answer.status() == 429) {
            throw new UpstreamUnavailable(
                    "the answer of the token endpoint is of no use, status " + answer.status(),
                    null);
        }
        if (answer.status() != 200) throw refusal(answer.status(), json.get());
        return tokens(json.get());
    }

    private ForgeHttp.Answer send(ProviderMetadata provider, Map<String, String> form)
            throws UpstreamUnavailable {
        String address = provider.tokenEndpoint().toString();
        if (provider.takesBasic()) return http.postForm(address, form, Optional.of(basic()));
        form.put("client_id", config.clientId());
        form.put("client_secret", config.clientSecret().useText(text -> text));
        return http.postForm(address, form, Optional.empty());
    }

    /** Each half is form-encoded first, so that a colon in one of them does no harm. */
    private String basic() {
        String pair =
                ForgeHttp.encode(config.clientId())
                        + ":"
                        + config.clientSecret().useText(ForgeHttp::encode);
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    /** RFC 6749 section 5.2: which of them are about the code, and which about us. */
    private static UpstreamRefused refusal(int status, ObjectNode json) throws UpstreamUnavailable {
        String error = json.path("error").asText("");
        String shown = LOGGABLE.matcher(error).matches() ? error : "status " + status;
        if (error.equals("invalid_grant")) return new UpstreamRefused("code refused: " + shown);
        LOG.atError()
                .addKeyValue("error", shown)
                .addKeyValue(
                        "change",
                        "compare POSTERN_OIDC_CLIENT_ID, POSTERN_OIDC_CLIENT_SECRET and the"
                                + " redirect URI with the client at the provider")
                .log("forge.oidc.client.refused");
        throw new UpstreamUnavailable("our client is refused: " + shown, null);
    }

    private static Answer tokens(ObjectNode json) throws UpstreamRefused {
        JsonNode idToken = json.path("id_token");
        if (!idToken.isTextual()) {
            throw new UpstreamRefused("the answer of the token endpoint has no id_token");
        }
        return new Answer(
                IdToken.read(idToken.asText()),
                Optional.ofNullable(json.get("access_token"))
                        .filter(JsonNode::isTextual)
                        .map(JsonNode::asText));
    }
}
