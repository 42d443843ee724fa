package postern.forge;

/** What the forge's token endpoint said. */
sealed interface TokenAnswer {
    /** The former refresh token of this person is worthless now. */
    record Fresh(TokenSet tokens) implements TokenAnswer {}

    /**
     * A final no.
     *
     * @param detail for the log; the forge's own words, which hold no token
     */
    record Refused(Refusal why, String detail) implements TokenAnswer {}

    /** Two requests met inside the forge, or its database hiccuped: worth one more try. */
    record CounterRace() implements TokenAnswer {}

    /** Our client id, secret or callback is wrong; says nothing about the person. */
    record Misconfigured(String detail) implements TokenAnswer {}

    /** Nothing usable came back; the request may have been carried out. */
    record NoAnswer(String detail, Throwable cause) implements TokenAnswer {}
}
