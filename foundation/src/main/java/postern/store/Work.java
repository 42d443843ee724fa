package postern.store;

import java.sql.SQLException;

/** What one transaction does. Makes no network call and reads no clock. */
@FunctionalInterface
public interface Work<T> {
    T in(Tx tx) throws SQLException;
}
