package postern.access;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * People as an operator names them, separated by commas or white space: {@code NAME}, a user or
 * everybody in an organisation, since the two share one namespace at Forgejo; {@code ORG/TEAM},
 * everybody in a team. Compared without regard to the case of ASCII letters, as Forgejo does.
 *
 * <p>A login is no identity. Whoever has a named login now is meant, be it by a rename or because
 * the account was made anew; what people hold here hangs from issuer and numeric id all the same.
 *
 * @param names of users and organisations, in lower case
 * @param teams as userinfo writes them, {@code org:team}, in lower case
 */
public record MemberList(Set<String> names, Set<String> teams) {
    private static final int MAX_ENTRIES = 1_000;
    private static final int MAX_SHOWN = 60;

    /** Forgejo's rule for logins and organisations, modules/validation: at most 40 characters. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,39}");

    private static final Pattern DOUBTFUL = Pattern.compile("[._-]{2}|[._-]$");

    /** Forgejo's rule for teams: AlphaDashDot, at most 255 characters. */
    private static final Pattern TEAM = Pattern.compile("[A-Za-z0-9._-]{1,255}");

    public MemberList {
        names = Set.copyOf(names);
        teams = Set.copyOf(teams);
    }

    /**
     * @throws IllegalArgumentException with every entry that is wrong and what is wrong with it, in
     *     one line
     */
    public static MemberList parse(String text) {
        var names = new TreeSet<String>();
        var teams = new TreeSet<String>();
        List<String> faults = new ArrayList<>();
        int entries = 0;
        for (String entry : text.split("[,\\s]+")) {
            if (entry.isEmpty()) continue;
            if (++entries > MAX_ENTRIES) {
                throw new IllegalArgumentException("has more than " + MAX_ENTRIES + " entries");
            }
            String fault = fault(entry);
            if (!fault.isEmpty()) faults.add("has '" + shown(entry) + "', " + fault);
            else if (entry.indexOf('/') < 0) names.add(lower(entry));
            else teams.add(lower(entry.replace('/', ':')));
        }
        if (!faults.isEmpty()) throw new IllegalArgumentException(String.join("; ", faults));
        if (entries == 0) {
            throw new IllegalArgumentException("names nobody: leave it out, or name somebody");
        }
        return new MemberList(names, teams);
    }

    /** Empty when there is none. */
    private static String fault(String entry) {
        if (entry.startsWith("@")) return "which must be written without @";
        if (entry.contains("*")) return "but there are no wildcards";
        if (entry.indexOf(':') >= 0) return "but a team is written ORG/TEAM, all else as a name";
        String[] parts = entry.split("/", -1);
        if (parts.length > 2) return "which has more than one slash";
        if (!NAME.matcher(parts[0]).matches() || DOUBTFUL.matcher(parts[0]).find()) {
            return "which cannot be a name at Forgejo: 1 to 40 letters, digits, single . _ -"
                    + " between them";
        }
        if (parts.length == 2 && !TEAM.matcher(parts[1]).matches()) {
            return "whose team must be 1 to 255 letters, digits, . _ -";
        }
        return "";
    }

    private static String shown(String entry) {
        String visible = entry.replaceAll("[^\\x21-\\x7e]", "?");
        return visible.length() <= MAX_SHOWN ? visible : visible.substring(0, MAX_SHOWN) + "…";
    }

    /**
     * Whether somebody is meant.
     *
     * @param groups of the person as userinfo lists them: {@code org} and {@code org:team}
     */
    public boolean names(String login, Set<String> groups) {
        if (names.contains(lower(login))) return true;
        for (String group : groups) {
            Set<String> known = group.indexOf(':') < 0 ? names : teams;
            if (known.contains(lower(group))) return true;
        }
        return false;
    }

    /** Other letters stay: several of them become ASCII ones in lower case. */
    private static String lower(String text) {
        var lower = new StringBuilder(text);
        for (int i = 0; i < lower.length(); i++) {
            char c = lower.charAt(i);
            if (c >= 'A' && c <= 'Z') lower.setCharAt(i, (char) (c + 'a' - 'A'));
        }
        return lower.toString();
    }
}
