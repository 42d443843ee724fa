package postern.oauth.authorize;

import postern.oauth.OAuthError;

/** One rule for authorization requests. */
@FunctionalInterface
interface AuthorizeCheck {
    /**
     * @throws OAuthError when the request breaks the rule
     */
    void check(Inquiry inquiry);
}
