package postern.oauth.client;

import postern.store.Tx;

import java.sql.SQLException;

/** How many clients are registered, for commands of the operator. */
public final class RegisteredClients {
    private RegisteredClients() {}

    public static long count(Tx tx) throws SQLException {
        return tx.first("select count(*) from client", row -> row.getLong(1)).orElse(0L);
    }
}
