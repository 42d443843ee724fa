package postern.oauth.browser;

/** Our forms; a token of one is worthless in another. */
public enum FormKind {
    CONSENT("consent-form"),
    REVIEW("review-form"),
    ACCOUNT_SIGN_IN("account-sign-in-form"),
    ACCOUNT("account-form");

    private final String domain;

    FormKind(String domain) {
        this.domain = domain;
    }

    /** Keeps their keyed hashes apart. */
    String domain() {
        return domain;
    }
}
