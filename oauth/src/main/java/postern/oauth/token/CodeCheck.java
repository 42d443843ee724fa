package postern.oauth.token;

import postern.oauth.OAuthError;

/** One rule for redeeming a code. */
@FunctionalInterface
interface CodeCheck {
    /**
     * @throws OAuthError when the attempt breaks the rule
     */
    void check(Redemption attempt);
}
