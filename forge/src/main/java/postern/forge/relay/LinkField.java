package postern.forge.relay;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code Link} field of a list: where its other pages are. Pages of the forge's API get an
 * address of the relay, so that a child which follows them stays inside; every other link is
 * dropped. A field that is not written as Forgejo and Gitea write it is dropped as a whole. Source:
 * RFC 8288 section 3.
 */
final class LinkField {
    /** A list has four: next, last, first, prev. */
    private static final int MAX_LINKS = 8;

    private static final int MAX_CHARS = 8 * 1024;

    private static final Pattern LINK =
            Pattern.compile(
                    "[ \\t]*<([!-;=?-~]+)>[ \\t]*;[ \\t]*rel=\"([a-z]{1,16})\"[ \\t]*(,|$)");

    private final Locations locations;

    LinkField(Locations locations) {
        this.locations = locations;
    }

    /**
     * @param values of all fields of this name
     * @return empty when no link is left
     */
    Optional<String> toChild(List<String> values) {
        String field = String.join(",", values);
        if (field.length() > MAX_CHARS) return Optional.empty();
        List<String> kept = new ArrayList<>();
        Matcher link = LINK.matcher(field);
        int at = 0;
        int links = 0;
        while (at < field.length()) {
            link.region(at, field.length());
            if (!link.lookingAt() || ++links > MAX_LINKS) return Optional.empty();
            String relation = link.group(2);
            page(link.group(1))
                    .ifPresent(page -> kept.add("<" + page + ">; rel=\"" + relation + "\""));
            at = link.end();
        }
        return kept.isEmpty() ? Optional.empty() : Optional.of(String.join(",", kept));
    }

    private Optional<String> page(String target) {
        return locations.rewrite(target).filter(this::isServed);
    }

    /** Whether the relay would let a child go there, whatever the child may do then. */
    private boolean isServed(String address) {
        String target = address.substring(locations.relayUrl().toString().length());
        int question = target.indexOf('?');
        try {
            return RelayPath.of(question < 0 ? target : target.substring(0, question)).kind()
                    == RelayPath.Kind.API;
        } catch (RelayRefusal elsewhere) {
            return false;
        }
    }
}
