package postern.e2e.rules;

/**
 * One rule of the bar.
 *
 * @param id letter of the group and number
 * @param citation where it comes from, in short
 * @param sentence what holds
 */
record Rule(String id, Level level, String citation, String sentence, Check check) {
    Rule {
        if (!id.matches("[A-Z][0-9]{1,2}")) throw new IllegalArgumentException("rule id " + id);
    }

    static Rule must(String id, String citation, String sentence, Check.Proof proof) {
        return new Rule(id, Level.MUST, citation, sentence, passing(proof));
    }

    static Rule should(String id, String citation, String sentence, Check.Proof proof) {
        return new Rule(id, Level.SHOULD, citation, sentence, passing(proof));
    }

    static Rule ours(String id, String citation, String sentence, Check.Proof proof) {
        return new Rule(id, Level.OURS, citation, sentence, passing(proof));
    }

    private static Check passing(Check.Proof proof) {
        return installations -> {
            proof.on(installations);
            return Verdict.PASSED;
        };
    }

    @Override
    public String toString() {
        return id + " " + sentence;
    }
}
