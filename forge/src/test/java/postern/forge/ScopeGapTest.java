package postern.forge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Facts/forgejo A8: what a forge makes of a scope that it keeps. */
class ScopeGapTest {
    @ParameterizedTest(name = "{0} granted {1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    read:user                    | read:user                    | []            | []            | false
                    read:user openid             | read:user                    | []            | []            | false
                    read:user                    | read:user bogus              | []            | []            | false
                    write:issue                  | write:issue read:issue       | []            | []            | false
                    read:issue                   | write:issue                  | []            | [write:issue] | false
                    write:issue read:user        | read:issue read:user         | [write:issue] | []            | false
                    write:issue read:user        | read:user                    | [write:issue] | []            | false
                    read:user                    | read:user write:repository   | []            | [write:repository] | false
                    read:user                    | all                          | []            | [all]         | true
                    read:user                    | bogus                        | []            | [all]         | true
                    read:user                    | read:user,read:issue         | []            | [all]         | true
                    all                          | all                          | []            | []            | false
                    all                          | read:user                    | [all]         | []            | false
                    read:user                    | read:user public-only        | [what is not public] | []     | false
                    read:user public-only        | read:user                    | []            | [what is not public] | false
                    read:user                    | public-only                  | [read:user, what is not public] | [] | false
                    """)
    void gap(String asked, String granted, String missing, String surplus, boolean full) {
        ScopeGap gap = ScopeGap.between(asked, granted);
        assertEquals(missing, gap.missing().toString());
        assertEquals(surplus, gap.surplus().toString());
        assertEquals(full, gap.full());
    }
}
