package postern.forge;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * What each refusal of Forgejo's token endpoint means. They all come with status 400, and the same
 * error word means different things: the description decides. The first rule that fits counts.
 */
final class TokenErrors {
    static final String CODE = "authorization_code";
    static final String REFRESH = "refresh_token";

    private static final Pattern LOGGABLE = Pattern.compile("[A-Za-z0-9_ .:-]{1,100}");

    private static final Meaning CONFIGURATION = TokenAnswer.Misconfigured::new;
    private static final Meaning TRY_THE_NEWEST = detail -> new TokenAnswer.CounterRace();
    private static final Meaning SIGN_IN_AGAIN = refused(Refusal.OTHER);

    /** Carried out or not, this answer does not say. */
    private static final Meaning UNDECIDED =
            detail -> new TokenAnswer.NoAnswer("the token endpoint says " + detail, null);

    private static final String ANY = "";

    /** In the order in which Forgejo checks; the last ones are for words that it has yet to say. */
    private static final List<Rule> RULES =
            List.of(
                    // of both grant types
                    rule(ANY, "invalid_request", "cannot parse basic auth header", CONFIGURATION),
                    rule(ANY, "invalid_request", "client_id in request body", CONFIGURATION),
                    rule(ANY, "invalid_request", "client_secret in request body", CONFIGURATION),
                    rule(ANY, "unsupported_grant_type", ANY, CONFIGURATION),
                    rule(ANY, "invalid_client", ANY, CONFIGURATION),
                    rule(ANY, ANY, "invalid client secret", CONFIGURATION),
                    rule(ANY, ANY, "invalid empty client secret", CONFIGURATION),
                    rule(ANY, ANY, "cannot increase the grant counter", TRY_THE_NEWEST),
                    // of a code
                    rule(CODE, "unauthorized_client", "unexpected redirect URI", CONFIGURATION),
                    rule(CODE, "unauthorized_client", ANY, SIGN_IN_AGAIN),
                    rule(CODE, "invalid_grant", ANY, SIGN_IN_AGAIN),
                    rule(CODE, "invalid_request", "cannot proceed your request", SIGN_IN_AGAIN),
                    // of a refresh token
                    rule(
                            REFRESH,
                            "unauthorized_client",
                            "unable to parse refresh token",
                            refused(Refusal.TOKEN_TOO_OLD)),
                    rule(
                            REFRESH,
                            "unauthorized_client",
                            "token was already used",
                            refused(Refusal.ALREADY_USED)),
                    rule(
                            REFRESH,
                            "invalid_grant",
                            "grant does not exist",
                            refused(Refusal.GRANT_GONE)),
                    rule(REFRESH, "unauthorized_client", ANY, SIGN_IN_AGAIN),
                    rule(REFRESH, "invalid_grant", ANY, SIGN_IN_AGAIN),
                    // cannot sign token, cannot find user, server error: the counter may have moved
                    rule(ANY, ANY, ANY, UNDECIDED));

    /** Makes the answer; the detail is for the log. */
    private interface Meaning extends Function<String, TokenAnswer> {}

    /** An empty text fits any; a description fits by its beginning, since some go on with ids. */
    private record Rule(String grantType, String error, String description, Meaning meaning) {
        boolean fits(String ofGrantType, String word, String text) {
            return (grantType.isEmpty() || grantType.equals(ofGrantType))
                    && (error.isEmpty() || error.equals(word))
                    && text.startsWith(description);
        }
    }

    private TokenErrors() {}

    private static Rule rule(String grantType, String error, String description, Meaning meaning) {
        return new Rule(grantType, error, description, meaning);
    }

    private static Meaning refused(Refusal why) {
        return detail -> new TokenAnswer.Refused(why, detail);
    }

    /**
     * @param grantType of the request that was refused
     */
    static TokenAnswer meaning(String grantType, String error, String description) {
        String detail = loggable(error) + ": " + loggable(description);
        Optional<Rule> first =
                RULES.stream().filter(rule -> rule.fits(grantType, error, description)).findFirst();
        return first.orElseThrow().meaning.apply(detail);
    }

    private static String loggable(String text) {
        return LOGGABLE.matcher(text).matches() ? text : "(other text)";
    }
}
