package postern.supervisor;

import org.junit.jupiter.api.Test;

class SpawnCyclesTest extends SpawnCycles {
    @Test
    void a_hundred_children_leave_nothing() throws Exception {
        run(100);
    }
}
