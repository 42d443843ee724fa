package postern.app.config;

import java.util.List;

/** The configuration has problems; all of them are here. */
public final class ConfigurationRefused extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    ConfigurationRefused(List<Problem> problems) {
        super(problems.size() + " problem(s) in the configuration", null, false, false);
        this.problems = List.copyOf(problems);
    }

    public List<Problem> problems() {
        return problems;
    }
}
