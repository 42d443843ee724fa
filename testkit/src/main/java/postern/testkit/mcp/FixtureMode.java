package postern.testkit.mcp;

import java.util.Locale;

/** How a {@link FixtureServer} behaves; several may be given. */
public enum FixtureMode {
    /** Answers as a good server does. */
    NORMAL,
    /** Reads every line and answers none. */
    NEVER_ANSWERS,
    /** Says one line on stderr and exits with status 3 before reading anything. */
    EXITS_AT_START,
    /** Writes lines that are no JSON-RPC before each answer. */
    GARBAGE_ON_STDOUT,
    /** Writes each answer twice. */
    DUPLICATE_ANSWERS,
    /** Lives on after its standard input has ended. */
    IGNORES_STDIN_END,
    /** Lives on after SIGTERM. */
    IGNORES_SIGTERM,
    /** Answers an id that nobody asked with before each answer. */
    ANSWERS_UNKNOWN_IDS;

    /** The mode of a name as used on the command line: {@code never-answers}. */
    public static FixtureMode named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** The name as used on the command line. */
    public String flag() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
