package postern.e2e.rules;

/** What a check found; a broken rule is an {@link AssertionError} instead. */
sealed interface Verdict {
    Verdict PASSED = new Passed();

    record Passed() implements Verdict {}

    /**
     * The rule, or a part of it, cannot be judged here. What could be judged was, and holds.
     *
     * @param because a sentence for the report
     */
    record NotApplicable(String because) implements Verdict {}

    /** Time cannot be moved in the program that was started. */
    static Verdict needsClock(String what) {
        return new NotApplicable(what + ": needs the controllable clock; not built yet");
    }
}
