package postern.e2e;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The packaged program with a client of the Nimbus SDK, for all tests of a class. */
abstract class NimbusBench {
    static NimbusWitness nimbus;

    @BeforeAll
    static void start() throws Exception {
        nimbus = new NimbusWitness();
    }

    @AfterAll
    static void stop() throws Exception {
        nimbus.close();
    }
}
