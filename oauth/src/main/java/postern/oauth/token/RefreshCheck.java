package postern.oauth.token;

import postern.oauth.OAuthError;

/** One rule for using a refresh token. */
@FunctionalInterface
interface RefreshCheck {
    /**
     * @throws OAuthError when the attempt breaks the rule; the token stays as good as it was
     */
    void check(Renewal attempt);
}
