package postern.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Optional;
import java.util.Set;

/** Facts/forgejo A9: userinfo lists {@code org} and {@code org:team}; one namespace for names. */
class MemberListTest {
    private static final Set<String> NO_GROUPS = Set.of();

    private static String fault(String text) {
        return assertThrows(IllegalArgumentException.class, () -> MemberList.parse(text))
                .getMessage();
    }

    @ParameterizedTest(name = "{0} names {1} in {2}: {3}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    alice             | alice | ''                 | true
                    ALICE             | alice | ''                 | true
                    alice             | Alice | ''                 | true
                    alice             | alic  | ''                 | false
                    alice             | bob   | ''                 | false
                    example           | bob   | example            | true
                    example           | bob   | Example            | true
                    example           | bob   | other              | false
                    example           | bob   | example:owners     | false
                    example/owners    | bob   | example:owners     | true
                    Example/Owners    | bob   | example:owners     | true
                    example/owners    | bob   | example            | false
                    example/owners    | bob   | example:readers    | false
                    example/owners    | bob   | other:owners       | false
                    a,example/x bob   | bob   | ''                 | true
                    example/x         | example:x  | ''            | false
                    example/x         | example/x  | ''            | false
                    kevin             | \u212aevin | ''            | false
                    """)
    void a_list_names(String list, String login, String group, boolean named) {
        Set<String> groups = group.isEmpty() ? NO_GROUPS : Set.of(group);
        assertEquals(named, MemberList.parse(list).names(login, groups));
    }

    @Test
    void entries_are_separated_by_commas_and_white_space() {
        MemberList list = MemberList.parse(" alice,bob\n\tacme/dev , ,carol\r\n");
        assertEquals(Set.of("alice", "bob", "carol"), list.names());
        assertEquals(Set.of("acme:dev"), list.teams());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    @alice     | has '@alice', which must be written without @
                    *          | has '*', but there are no wildcards
                    org:team   | has 'org:team', but a team is written ORG/TEAM, all else as a name
                    a/b/c      | has 'a/b/c', which has more than one slash
                    /team      | has '/team', which cannot be a name at Forgejo
                    org/       | has 'org/', whose team must be 1 to 255 letters
                    org/t!     | has 'org/t!', whose team must be 1 to 255 letters
                    al--ice    | has 'al--ice', which cannot be a name at Forgejo
                    alice.     | has 'alice.', which cannot be a name at Forgejo
                    -alice     | has '-alice', which cannot be a name at Forgejo
                    älice      | has '?lice', which cannot be a name at Forgejo
                    """)
    void a_wrong_entry_is_named_with_its_fault(String entry, String fault) {
        assertTrue(fault("bob," + entry).startsWith(fault), () -> fault("bob," + entry));
    }

    @Test
    void every_wrong_entry_is_told_in_one_line() {
        String all = fault("@a, good, b::c\u001b[31m");
        assertTrue(all.contains("'@a'") && all.contains("'b::c?[31m'"), all);
        assertFalse(all.contains("good"), all);
        assertEquals(1, all.lines().count());
    }

    @Test
    void names_and_lists_are_bounded() {
        assertTrue(MemberList.parse("a".repeat(40)).names("a".repeat(40), NO_GROUPS));
        assertTrue(fault("a".repeat(41)).contains("1 to 40"));
        assertTrue(fault("a".repeat(5_000)).length() < 300);
        String team = "t".repeat(255);
        assertTrue(MemberList.parse("o/" + team).names("x", Set.of("o:" + team)));
        assertTrue(fault("o/t" + team).contains("1 to 255"));
        assertEquals(Set.of("a"), MemberList.parse("a ".repeat(1_000)).names());
        assertTrue(fault("a ".repeat(1_001)).contains("more than 1000 entries"));
    }

    @Test
    void a_list_without_entries_is_no_list() {
        assertTrue(fault(" , \n,").contains("names nobody"));
    }

    @Test
    void administrators_come_in_whatever_the_other_list_says() {
        var rule =
                new AdmissionRule(
                        Optional.of(MemberList.parse("acme")),
                        Optional.of(MemberList.parse("ops/admins")));
        assertEquals(Optional.of(Role.MEMBER), rule.roleOf("bob", Set.of("acme")));
        assertEquals(
                Optional.of(Role.ADMINISTRATOR), rule.roleOf("eve", Set.of("ops", "ops:admins")));
        assertEquals(Optional.empty(), rule.roleOf("eve", Set.of("ops")));
    }

    @Test
    void without_lists_everybody_is_a_member_and_nobody_more() {
        assertEquals(Optional.of(Role.MEMBER), AdmissionRule.EVERYBODY.roleOf("eve", Set.of("x")));
        assertFalse(AdmissionRule.EVERYBODY.tellsApart());
    }
}
