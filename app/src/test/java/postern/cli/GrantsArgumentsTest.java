package postern.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Optional;

class GrantsArgumentsTest {
    private static Optional<GrantsArguments> parse(String line) {
        return GrantsArguments.parse(line.isEmpty() ? List.of() : List.of(line.split(" ")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "dance",
                "list AAAAAAAAAAAAAAAAAAAAAA",
                "list --all",
                "list --client x",
                "list --user",
                "revoke",
                "revoke --user",
                "revoke --all --json",
                "revoke --all --user ada",
                "revoke AAAAAAAAAAAAAAAAAAAAAA --user ada",
                "revoke AAAAAAAAAAAAAAAAAAAAAA BBBBBBBBBBBBBBBBBBBBBB",
                "revoke --user ada --user eve"
            })
    void what_is_not_meant_is_refused(String line) {
        assertEquals(Optional.empty(), parse(line));
    }

    @Test
    void settings_are_left_for_the_settings() {
        GrantsArguments list = parse("list --data-dir /tmp/x --user ada --json").orElseThrow();
        assertEquals(List.of("--data-dir", "/tmp/x"), list.settings());
        assertEquals(Optional.of("ada"), list.user());
        assertTrue(list.json());
        assertEquals(
                List.of("--key-dir=/tmp/k"),
                parse("revoke --key-dir=/tmp/k --all").orElseThrow().settings());
    }

    @Test
    void an_id_may_look_like_a_flag() {
        for (String id : List.of("--AAAAAAAAAAAAAAAAAAA1", "-_AAAAAAAAAAAAAAAAAAA1")) {
            assertEquals(Optional.of(id), parse("revoke " + id).orElseThrow().grant());
        }
    }
}
