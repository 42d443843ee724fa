package postern.bridge;

import java.util.List;

/** The servers file cannot be used. Each problem names its place and never a value. */
public final class InvalidDefinitions extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    InvalidDefinitions(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    public List<String> problems() {
        return problems;
    }
}
