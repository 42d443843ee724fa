package postern.cli.doctor;

import java.util.Locale;

/** One line of the report. */
record Line(String name, Finding finding) {
    private static final int NAME_WIDTH = 18;

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s  %-" + NAME_WIDTH + "s  %s",
                finding.verdict(),
                name,
                finding.text());
    }
}
