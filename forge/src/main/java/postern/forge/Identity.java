package postern.forge;

import com.fasterxml.jackson.databind.node.ObjectNode;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.access.UpstreamRefused;
import postern.access.UpstreamUnavailable;
import postern.core.Secret;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Whose tokens they are, and what they allow: userinfo and introspection. */
final class Identity {
    private static final Logger LOG = LoggerFactory.getLogger(Identity.class);
    private static final Pattern USER_ID = Pattern.compile("[1-9][0-9]{0,18}");
    private static final Pattern LOGIN = Pattern.compile("[^\\p{Cntrl}\\s]{1,255}");

    private final ForgeHttp http;
    private final ForgejoConfig config;

    /**
     * @param upstreamId the numeric id, which outlives a rename
     */
    record Who(String upstreamId, String login) {}

    Identity(ForgeHttp http, ForgejoConfig config) {
        this.http = http;
        this.config = config;
    }

    /**
     * Asks twice when the first answer gets lost: the code is spent, and asking changes nothing.
     *
     * @throws UpstreamRefused the person may not sign in there: such people get a page with status
     *     200, or a redirect to one
     */
    Who userinfo(Secret accessToken) throws UpstreamRefused, UpstreamUnavailable {
        String authorization = accessToken.useText(text -> "Bearer " + text);
        ForgeHttp.Answer answer;
        try {
            answer = http.get("/login/oauth/userinfo", authorization);
        } catch (UpstreamUnavailable first) {
            answer = http.get("/login/oauth/userinfo", authorization);
        }
        if (answer.status() >= 500 || answer.status() == 429) {
            throw new UpstreamUnavailable("userinfo has status " + answer.status(), null);
        }
        Optional<ObjectNode> json = answer.json();
        if (answer.status() != 200 || json.isEmpty()) {
            throw new UpstreamRefused("userinfo is no JSON, status " + answer.status());
        }
        String subject = json.get().path("sub").asText("");
        String login = json.get().path("preferred_username").asText("");
        if (!USER_ID.matcher(subject).matches() || !LOGIN.matcher(login).matches()) {
            throw new UpstreamUnavailable("userinfo lacks sub or preferred_username", null);
        }
        return new Who(subject, login);
    }

    /** The scope of the person's consent as Forgejo stored it; empty when it does not say. */
    String grantedScope(Secret accessToken) {
        // client id and secret go in as they are: Forgejo does not decode percent sequences here
        String basic =
                config.clientSecret()
                        .useText(secret ->
                                Base64.getEncoder()
                                        .encodeToString(
                                                (config.clientId() + ":" + secret)
                                                        .getBytes(StandardCharsets.UTF_8)));
        try {
            ForgeHttp.Answer answer =
                    http.postForm(
                            "/login/oauth/introspect",
                            Map.of("token", accessToken.useText(text -> text)),
                            Optional.of("Basic " + basic));
            Optional<ObjectNode> json = answer.json();
            if (answer.status() == 200
                    && json.isPresent()
                    && json.get().path("active").asBoolean()) {
                return json.get().path("scope").asText("");
            }
            LOG.atWarn()
                    .addKeyValue("status", answer.status())
                    .log("forge.introspection.not-active");
        } catch (UpstreamUnavailable failure) {
            LOG.atWarn()
                    .addKeyValue("reason", failure.getMessage())
                    .log("forge.introspection.unavailable");
        }
        return "";
    }
}
