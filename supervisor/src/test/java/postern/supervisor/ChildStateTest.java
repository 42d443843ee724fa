package postern.supervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChildStateTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    PENDING  | CREATING STOPPED
                    CREATING | STARTING STOPPING FAILED
                    STARTING | RUNNING STOPPING FAILED
                    RUNNING  | STOPPING FAILED
                    STOPPING | STOPPED FAILED
                    STOPPED  | ''
                    FAILED   | ''
                    """)
    void only_the_steps_of_the_table_are_possible(ChildState from, String allowed) {
        for (ChildState to : ChildState.values()) {
            if (allowed.contains(to.name())) assertEquals(to, from.to(to));
            else assertThrows(IllegalStateException.class, () -> from.to(to));
        }
    }
}
