package postern.forge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.access.UpstreamRefused;
import postern.access.UpstreamUnavailable;
import postern.core.Secret;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Whose tokens they are, and what they allow: userinfo and introspection. */
final class Identity {
    private static final Logger LOG = LoggerFactory.getLogger(Identity.class);
    private static final Pattern USER_ID = Pattern.compile("[1-9][0-9]{0,18}");
    private static final int MAX_GROUPS = 10_000;

    /** An organisation of 40 characters, a colon, a team of 255. */
    private static final int MAX_GROUP = 300;

    private static final Pattern LOGIN = Pattern.compile("[^\\p{Cntrl}\\s]{1,255}");

    private final ForgeHttp http;
    private final ForgejoConfig config;

    /**
     * @param upstreamId the numeric id, which outlives a rename
     * @param groups {@code org} and {@code org:team}; of more than can be there, only some
     */
    record Who(String upstreamId, String login, Set<String> groups) {}

    /** What userinfo said about somebody who has come in before. */
    sealed interface Seen {
        record Known(Who who) implements Seen {}

        /** The forge does not know the token; nothing is said about the person. */
        record TokenRefused() implements Seen {}

        /** No usable answer; pages with status 200 or 303 may come from a proxy as well. */
        record Unsure(String why, Throwable cause) implements Seen {}
    }

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
        return who(json.get())
                .orElseThrow(() ->
                        new UpstreamUnavailable("userinfo lacks sub or preferred_username", null));
    }

    /** As {@link #userinfo}, of somebody who has signed in before; asks once. */
    Seen look(Secret accessToken) {
        ForgeHttp.Answer answer;
        try {
            answer =
                    http.get(
                            "/login/oauth/userinfo", accessToken.useText(text -> "Bearer " + text));
        } catch (UpstreamUnavailable failure) {
            return new Seen.Unsure(failure.getMessage(), failure);
        }
        if (answer.status() == 401) return new Seen.TokenRefused();
        Optional<Who> who =
                answer.status() == 200 ? answer.json().flatMap(Identity::who) : Optional.empty();
        return who.<Seen>map(Seen.Known::new)
                .orElseGet(() ->
                        new Seen.Unsure("userinfo names nobody, status " + answer.status(), null));
    }

    private static Optional<Who> who(ObjectNode json) {
        String subject = json.path("sub").asText("");
        String login = json.path("preferred_username").asText("");
        if (!USER_ID.matcher(subject).matches() || !LOGIN.matcher(login).matches()) {
            return Optional.empty();
        }
        return Optional.of(new Who(subject, login, groups(json)));
    }

    /** Absent or null for somebody without any. */
    private static Set<String> groups(ObjectNode json) {
        Set<String> groups = new HashSet<>();
        for (JsonNode group : json.path("groups")) {
            if (groups.size() == MAX_GROUPS) break;
            if (group.isTextual() && group.asText().length() <= MAX_GROUP) {
                groups.add(group.asText());
            }
        }
        return groups;
    }

    /**
     * The scope of the person's consent as Forgejo stored it; empty when it does not say. A consent
     * without one gives full access there.
     */
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
                String scope = json.get().path("scope").asText("").strip();
                return scope.isEmpty() ? "all" : scope;
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
