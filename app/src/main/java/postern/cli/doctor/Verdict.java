package postern.cli.doctor;

import java.util.Locale;

/** How a check ended. */
enum Verdict {
    PASS,
    /** It works, and something about it should be known. */
    WARN,
    FAIL,
    /** Not looked at, because of another finding. */
    SKIP;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
