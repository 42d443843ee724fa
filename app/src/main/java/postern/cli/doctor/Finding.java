package postern.cli.doctor;

/**
 * What a check found.
 *
 * @param text for people; of a failure, what to change as well
 */
record Finding(Verdict verdict, String text) {
    static Finding pass(String text) {
        return new Finding(Verdict.PASS, text);
    }

    static Finding warn(String text) {
        return new Finding(Verdict.WARN, text);
    }

    static Finding fail(String text) {
        return new Finding(Verdict.FAIL, text);
    }

    static Finding skip(String text) {
        return new Finding(Verdict.SKIP, text);
    }
}
