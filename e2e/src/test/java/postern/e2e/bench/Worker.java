package postern.e2e.bench;

import java.io.IOException;

/** What one connection does again and again. */
@FunctionalInterface
interface Worker {
    /** One operation; false when nothing is left to do. */
    boolean once(Wire wire) throws IOException;
}
