package postern.testkit.forgejo;

/**
 * What one release of the forge does differently from another, as data (sections A1, A2, A6, A8,
 * A10 and A16).
 *
 * @param version text of {@code /api/v1/version}
 * @param issuerEndsWithSlash up to Forgejo 11 and Gitea 1.23 the issuer keeps ROOT_URL's slash
 * @param echoesToken a refused API token is answered with texts that contain the whole token
 * @param unknownScopeMeansAll one unknown scope name turns the whole set into {@code all}
 * @param namesTokenScope the 403 text also says which scope the token has
 * @param rotates whether refresh tokens are single use when the options do not say
 * @param bindsCodes a code is bound to the redirect URI of its authorize request, a refresh token
 *     to its client, and an access token is no refresh token
 * @param checksS256AfterConsent false: a wrong verifier passes after a consent page
 * @param nullGroups userinfo of a user without groups says {@code "groups":null}
 * @param csrfField forms carry and need a hidden {@code _csrf}
 * @param realm realm of the challenges of userinfo and introspection
 * @param badWebToken plain text of the 401 for a bad token outside the API
 * @param sessionCookie name of the session cookie
 */
public record Personality(
        String version,
        boolean issuerEndsWithSlash,
        boolean echoesToken,
        boolean unknownScopeMeansAll,
        boolean namesTokenScope,
        boolean rotates,
        boolean bindsCodes,
        boolean checksS256AfterConsent,
        boolean nullGroups,
        boolean csrfField,
        String realm,
        String badWebToken,
        String sessionCookie) {

    private static final String INCORRECT =
            "Credentials are incorrect or have expired. Retry your command or see"
                + " https://forgejo.org/docs/latest/user/authentication/ for more information\n";

    /** The long term release that most installations run. */
    public static final Personality FORGEJO_15 =
            new Personality(
                    "15.0.3+gitea-1.22.0",
                    false,
                    false,
                    false,
                    false,
                    true,
                    true,
                    true,
                    false,
                    false,
                    "",
                    INCORRECT,
                    "session");

    /** Like 15, but its 401 texts echo the presented token (section A10). */
    public static final Personality FORGEJO_16 =
            new Personality(
                    "16.0.0+gitea-1.22.0",
                    false,
                    true,
                    false,
                    false,
                    true,
                    true,
                    true,
                    false,
                    false,
                    "",
                    INCORRECT,
                    "session");

    /** The differences of section A16 that this double knows. */
    public static final Personality GITEA_1_23 =
            new Personality(
                    "1.23.0",
                    true,
                    false,
                    true,
                    true,
                    false,
                    false,
                    false,
                    true,
                    true,
                    "Gitea OAuth2",
                    "Verify\n",
                    "i_like_gitea");

    /**
     * The personality of a name as used on the command line.
     *
     * @throws IllegalArgumentException the name is none of forgejo-15, forgejo-16, gitea-1.23
     */
    public static Personality named(String name) {
        return switch (name) {
            case "forgejo-15" -> FORGEJO_15;
            case "forgejo-16" -> FORGEJO_16;
            case "gitea-1.23" -> GITEA_1_23;
            default ->
                    throw new IllegalArgumentException(
                            "personality must be forgejo-15, forgejo-16 or gitea-1.23");
        };
    }
}
