package postern.vault;

/** What a token may be used for; kinds are not interchangeable. */
public enum TokenKind {
    /** RFC 6749 section 1.4. */
    ACCESS("ptn_at_", true),
    /** RFC 6749 section 1.5. */
    REFRESH("ptn_rt_", true),
    /** RFC 6749 section 4.1.2. */
    CODE("ptn_ac_", false);

    private final String prefix;
    private final boolean namesGrant;

    TokenKind(String prefix, boolean namesGrant) {
        this.prefix = prefix;
        this.namesGrant = namesGrant;
    }

    /** What every token of this kind begins with, for people and secret scanners. */
    public String prefix() {
        return prefix;
    }

    /**
     * Whether the text names the grant and proves that it was issued for it: the row is looked for
     * among that grant's alone, guesses reach no table, and a token is recognised when its row is
     * long gone.
     */
    boolean namesGrant() {
        return namesGrant;
    }
}
