package postern.e2e.rules;

/** How strongly a rule binds. */
enum Level {
    /** A MUST of the cited text. */
    MUST,
    /** A SHOULD of the cited text. */
    SHOULD,
    /** Our own bar: no text forces it, but an attack is known or a client needs it. */
    OURS
}
