package postern.supervisor;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("drill")
class SpawnCyclesDrillTest extends SpawnCycles {
    @Test
    void a_thousand_children_leave_nothing() throws Exception {
        run(1_000);
    }
}
