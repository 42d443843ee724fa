package postern.testkit.forgejo;

import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What one release of the forge does differently from another, as data (sections A1, A2, A6 to A10,
 * A16 and E). The values are in {@code personalities.json}, where each release names the one it is
 * like and then only what differs.
 *
 * @param version text of {@code /api/v1/version}
 * @param issuerEndsWithSlash the issuer keeps ROOT_URL's slash
 * @param rotates whether refresh tokens are single use when the options do not say
 * @param accessTokenSeconds lifetime when the options do not say
 * @param refreshTokenHours lifetime when the options do not say
 * @param bindsRedirectUri a code is exchanged only with the redirect URI of its authorize request
 * @param bindsRefreshTokens a refresh token works for its client only, and an access token is none
 * @param keepsChallengeOverConsent false: after a consent page a wrong S256 verifier passes and
 *     {@code plain} never does
 * @param challengeNeedsMethod a challenge without a method can never be met; false: it is ignored
 * @param updatesScopeSilently an authorize request with another scope changes the grant's scope;
 *     false: it is ignored, or refused after a consent page
 * @param hasTrustedApps applications know {@code skip_secondary_authorization}, which spares the
 *     second consent of public clients too
 * @param unknownScopeMeansAll one unknown scope name turns the whole set into {@code all}; false:
 *     unknown names are dropped
 * @param commasSeparateScopes names that are joined by commas count too
 * @param namesTokenScope the 403 text also says which scope the token has
 * @param echoesToken a refused API token is answered with texts that contain the whole token
 * @param nullGroups userinfo of a user without groups says {@code "groups":null}; false: no groups
 * @param queryTokens a parameter {@code token} counts as an API token when the options do not say
 * @param csrfField forms carry and need a hidden {@code _csrf}
 * @param externalAttachments attachments tell their type and may lie on another host
 * @param realm realm of the challenges of userinfo and introspection
 * @param badWebToken plain text of the 401 for a bad token outside the API
 * @param sessionCookie name of the session cookie
 */
public record Personality(
        String version,
        boolean issuerEndsWithSlash,
        boolean rotates,
        int accessTokenSeconds,
        int refreshTokenHours,
        boolean bindsRedirectUri,
        boolean bindsRefreshTokens,
        boolean keepsChallengeOverConsent,
        boolean challengeNeedsMethod,
        boolean updatesScopeSilently,
        boolean hasTrustedApps,
        boolean unknownScopeMeansAll,
        boolean commasSeparateScopes,
        boolean namesTokenScope,
        boolean echoesToken,
        boolean nullGroups,
        boolean queryTokens,
        boolean csrfField,
        boolean externalAttachments,
        String realm,
        String badWebToken,
        String sessionCookie) {

    private static final ObjectNode DATA = data();

    /** The long term release before 15; like the older forms, with the fixes of May 2026. */
    public static final Personality FORGEJO_11 = named("forgejo-11");

    /** The long term release that most installations run. */
    public static final Personality FORGEJO_15 = named("forgejo-15");

    /** Like 15, but its 401 texts echo the presented token (section A10). */
    public static final Personality FORGEJO_16 = named("forgejo-16");

    /** As it was seen by running. */
    public static final Personality GITEA_1_23 = named("gitea-1.23");

    /** Like 1.23, with what was read in its source of 2026 and never seen by running. */
    public static final Personality GITEA_MAIN = named("gitea-main");

    /**
     * The personality of a name as used on the command line and in {@code personalities.json}.
     *
     * @throws IllegalArgumentException there is no such name; the text lists those there are
     */
    public static Personality named(String name) {
        return Json.read(resolved(name), Personality.class);
    }

    /** All names, in the order of the file. */
    public static List<String> names() {
        var names = new ArrayList<String>();
        DATA.fieldNames().forEachRemaining(names::add);
        return names;
    }

    public Duration accessTokenLifetime() {
        return Duration.ofSeconds(accessTokenSeconds);
    }

    public Duration refreshTokenLifetime() {
        return Duration.ofHours(refreshTokenHours);
    }

    private static ObjectNode resolved(String name) {
        if (!(DATA.get(name) instanceof ObjectNode own)) {
            throw new IllegalArgumentException(
                    "personality must be one of " + String.join(", ", names()));
        }
        String like = own.path("like").asText();
        ObjectNode all = like.isEmpty() ? Json.object() : resolved(like);
        all.setAll(own);
        return all.without("like");
    }

    private static ObjectNode data() {
        try (InputStream file = Personality.class.getResourceAsStream("personalities.json")) {
            return (ObjectNode) Json.parse(file.readAllBytes());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
