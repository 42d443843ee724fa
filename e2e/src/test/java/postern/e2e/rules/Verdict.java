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
}
