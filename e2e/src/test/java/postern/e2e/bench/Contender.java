package postern.e2e.bench;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A server that is measured, and how its operations are asked for. */
interface Contender extends AutoCloseable {
    ServerProcess server();

    /** Each worker has a grant of its own and uses each refresh token once. */
    List<Worker> rotations(int chains) throws IOException;

    /** Workers that share {@code codes} codes, which are issued here and not measured. */
    List<Worker> redemptions(int codes, int workers) throws IOException;

    List<Worker> bearerChecks(int workers) throws IOException;

    /** Empty when the server's metadata names no introspection endpoint. */
    Optional<List<Worker>> introspections(int workers) throws IOException;

    @Override
    void close() throws IOException;
}
