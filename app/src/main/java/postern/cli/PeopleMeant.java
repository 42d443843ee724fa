package postern.cli;

import postern.access.Grants;
import postern.access.Person;
import postern.store.Tx;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whom an operator means: by {@code id:NUMBER}, our number of a person, which the log and the list
 * of grants say; or by login. A login may be several people's, since it was renamed or given to
 * somebody else after they had come in, and one of digits may look like a number.
 */
final class PeopleMeant {
    private static final Pattern NUMBER = Pattern.compile("(id:)?([1-9][0-9]{0,17})");

    private PeopleMeant() {}

    static List<Person> by(Tx tx, Grants grants, String text) throws SQLException {
        List<Person> meant = new ArrayList<>();
        Matcher number = NUMBER.matcher(text);
        if (number.matches())
            grants.person(tx, Long.parseLong(number.group(2))).ifPresent(meant::add);
        if (text.startsWith("id:")) return meant;
        for (Person named : grants.peopleNamed(tx, text)) {
            if (!meant.contains(named)) meant.add(named);
        }
        return meant;
    }

    static String question(List<Person> people) {
        var text = new StringBuilder("postern: that may be one of these; say which:\n");
        for (Person person : people) {
            text.append("  --user id:")
                    .append(person.id())
                    .append("  ")
                    .append(GrantsTable.plain(person.login()))
                    .append(", account ")
                    .append(GrantsTable.plain(person.upstreamId()))
                    .append(" at ")
                    .append(person.issuer())
                    .append('\n');
        }
        return text.toString();
    }
}
