package postern.e2e.rules;

/** Proves a rule on running installations. */
@FunctionalInterface
interface Check {
    /**
     * @throws AssertionError the rule is broken; the text says what was expected and seen
     */
    Verdict on(Installations installations) throws Exception;

    /** What has nothing to say but that it holds. */
    @FunctionalInterface
    interface Proof {
        void on(Installations installations) throws Exception;
    }
}
