package postern.vault;

/** What a token may be used for; kinds are not interchangeable. */
public enum TokenKind {
    /** RFC 6749 section 1.4. */
    ACCESS("ptn_at_"),
    /** RFC 6749 section 1.5. */
    REFRESH("ptn_rt_"),
    /** RFC 6749 section 4.1.2. */
    CODE("ptn_ac_");

    private final String prefix;

    TokenKind(String prefix) {
        this.prefix = prefix;
    }

    /** What every token of this kind begins with, for people and secret scanners. */
    public String prefix() {
        return prefix;
    }
}
