package postern.forge;

import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.access.UpstreamUnavailable;
import postern.core.Secret;

import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Forgejo's token endpoint; what its refusals mean is in {@link TokenErrors}. */
final class TokenEndpoint {
    private static final String PATH = "/login/oauth/access_token";
    private static final long MAX_LIFETIME_SECONDS = 30L * 24 * 3600;
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{1,32767}");

    private final ForgeHttp http;
    private final ForgejoConfig config;
    private final InstantSource clock;

    TokenEndpoint(ForgeHttp http, ForgejoConfig config, InstantSource clock) {
        this.http = http;
        this.config = config;
        this.clock = clock;
    }

    TokenAnswer redeem(String code, Secret codeVerifier) {
        Map<String, String> form = form(TokenErrors.CODE);
        form.put("code", code);
        form.put("redirect_uri", config.callback().toString());
        form.put("code_verifier", codeVerifier.useText(text -> text));
        return ask(form);
    }

    TokenAnswer refresh(Secret refreshToken) {
        Map<String, String> form = form(TokenErrors.REFRESH);
        form.put("refresh_token", refreshToken.useText(text -> text));
        return ask(form);
    }

    private Map<String, String> form(String grantType) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", grantType);
        form.put("client_id", config.clientId());
        form.put("client_secret", config.clientSecret().useText(text -> text));
        return form;
    }

    private TokenAnswer ask(Map<String, String> form) {
        // before the request: time on the way must not lengthen the token's life
        Instant asked = clock.instant();
        ForgeHttp.Answer answer;
        try {
            answer = http.postForm(PATH, form, Optional.empty());
        } catch (UpstreamUnavailable failure) {
            return new TokenAnswer.NoAnswer(failure.getMessage(), failure.getCause());
        }
        Optional<ObjectNode> json = answer.json();
        if (json.isEmpty()) return noAnswer("is not JSON, status " + answer.status());
        return switch (answer.status()) {
            case 200 -> tokens(json.get(), asked);
            case 400 -> refusal(form.get("grant_type"), json.get());
            default -> noAnswer("has status " + answer.status());
        };
    }

    private static TokenAnswer tokens(ObjectNode json, Instant asked) {
        String access = json.path("access_token").asText("");
        String refresh = json.path("refresh_token").asText("");
        long seconds = json.path("expires_in").asLong(0);
        if (!json.path("token_type").asText("").equalsIgnoreCase("bearer")) {
            return noAnswer("has another token_type");
        }
        if (!TOKEN.matcher(access).matches() || !TOKEN.matcher(refresh).matches() || seconds <= 0) {
            return noAnswer("lacks a field");
        }
        Instant end = asked.plusSeconds(Math.min(seconds, MAX_LIFETIME_SECONDS));
        return new TokenAnswer.Fresh(
                new TokenSet(
                        Secret.ofUtf8(access),
                        Secret.ofUtf8(refresh),
                        end,
                        SetOrder.of(refresh).counter(),
                        ""));
    }

    private static TokenAnswer refusal(String grantType, ObjectNode json) {
        return TokenErrors.meaning(
                grantType,
                json.path("error").asText(""),
                json.path("error_description").asText(""));
    }

    private static TokenAnswer noAnswer(String what) {
        return new TokenAnswer.NoAnswer("the answer of the token endpoint " + what, null);
    }
}
