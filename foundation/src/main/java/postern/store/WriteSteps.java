package postern.store;

import java.sql.SQLException;

/**
 * Is told of every step of the one writer, on its thread. The program hands over {@link
 * #UNWATCHED}; whoever wants to see what a fault at any step leaves behind hands over something
 * else.
 */
@FunctionalInterface
public interface WriteSteps {
    WriteSteps UNWATCHED = statement -> {};

    /**
     * Before a statement runs, be it {@code begin}, a statement of some work or {@code commit}.
     *
     * @throws SQLException instead of running the statement
     */
    void before(String statement) throws SQLException;

    /** The transaction is durable, and nobody has been answered yet. */
    default void committed() {}
}
