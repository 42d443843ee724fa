package postern.forge.relay;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What goes on working after the session without being a key of the person. An operator may allow
 * each kind by its name.
 */
public enum Standing {
    /**
     * Webhooks: the forge goes on telling an address of somebody's choice. A repository made from a
     * template takes over the template's.
     */
    HOOKS("webhooks, and repositories from templates, which bring theirs along"),
    /** Mirrors: the forge goes on copying a repository to or from an address. */
    MIRRORS("mirrors and migrations"),
    /** Collaborators, teams of a repository, transfers: other accounts keep the access. */
    SHARING("sharing a repository with other accounts"),
    /** Secrets and variables of Actions: workflows go on running with them. */
    ACTIONS("secrets and variables of Actions");

    /** The setting that allows them, as messages name it. */
    public static final String SETTING = "POSTERN_RELAY_ALLOW";

    private final String inWords;

    Standing(String inWords) {
        this.inWords = inWords;
    }

    String inWords() {
        return inWords;
    }

    /** The name in settings. */
    public String settingName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * @throws IllegalArgumentException there is none of this name
     */
    public static Standing named(String text) {
        return Arrays.stream(values())
                .filter(kind -> kind.settingName().equals(text))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "must be names out of "
                                        + Arrays.stream(values())
                                                .map(Standing::settingName)
                                                .collect(Collectors.joining(", "))));
    }
}
