package postern.e2e.rules;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Looks into the database of a running program, and stands in its way where a rule asks for it. */
record StoredRows(Path database) {
    /** What the authorization server writes; a table that is not there counts as empty. */
    private static final List<String> TABLES =
            List.of(
                    "client",
                    "authorization_transaction",
                    "person",
                    "access_grant",
                    "authorization_code",
                    "access_token",
                    "refresh_token",
                    "grant_end");

    long count(String table) throws SQLException {
        return number("select count(*) from " + table);
    }

    /** Rows by table. */
    Map<String, Long> counts() throws SQLException {
        var counts = new TreeMap<String, Long>();
        for (String table : TABLES) counts.put(table, count(table));
        return counts;
    }

    /** The first column of the first row. */
    long number(String sql, Object... values) throws SQLException {
        try (Connection connection = open(true);
                PreparedStatement statement = prepared(connection, sql, values);
                ResultSet rows = statement.executeQuery()) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }

    /** What somebody who can write to the database does. */
    int change(String sql, Object... values) throws SQLException {
        try (Connection connection = open(false);
                PreparedStatement statement = prepared(connection, sql, values)) {
            return statement.executeUpdate();
        }
    }

    private static PreparedStatement prepared(Connection connection, String sql, Object... values)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) statement.setObject(i + 1, values[i]);
        return statement;
    }

    /** As long as it is open, nobody else can write. */
    AutoCloseable writeLock() throws SQLException {
        Connection connection = open(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("begin immediate");
        }
        return connection;
    }

    private Connection open(boolean readOnly) throws SQLException {
        Connection connection =
                DriverManager.getConnection(
                        "jdbc:sqlite:file:" + database + (readOnly ? "?mode=ro" : "?mode=rw"));
        try (Statement statement = connection.createStatement()) {
            statement.execute("pragma busy_timeout = 10000");
        }
        return connection;
    }
}
