package postern.forge.oidc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;

/** What claims that are believed say of the person. An e-mail address is never looked at. */
final class PersonClaims {
    static final String NAME = "preferred_username";
    static final String GROUPS = "groups";
    private static final int MAX_GROUPS = 200;

    /** Without blanks, controls and characters that cannot be seen or turn the text around. */
    private static final Pattern LOGIN = Pattern.compile("[\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}]{1,100}");

    private static final Pattern GROUP =
            Pattern.compile("[\\p{L}\\p{M}\\p{N}\\p{P}\\p{S} ]{1,255}");

    private PersonClaims() {}

    /**
     * The preferred_username as it is, or else the subject: a name that had to be changed before it
     * could be shown might then be another person's.
     */
    static String login(ObjectNode claims) {
        JsonNode name = claims.path(NAME);
        boolean good = name.isTextual() && LOGIN.matcher(name.asText()).matches();
        return good ? name.asText() : claims.path("sub").asText();
    }

    /** The claim {@code groups}: the first 200 that are short and printable, as they came. */
    static Set<String> groups(ObjectNode claims) {
        Set<String> groups = new LinkedHashSet<>();
        for (JsonNode group : claims.path(GROUPS)) {
            boolean good = group.isTextual() && GROUP.matcher(group.asText()).matches();
            if (good && groups.size() < MAX_GROUPS) groups.add(group.asText());
        }
        return groups;
    }
}
