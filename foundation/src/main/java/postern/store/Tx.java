package postern.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One transaction on one connection. The statements used last are kept prepared per connection, so
 * SQL texts should be constants. Values: {@code byte[]}, {@code String}, {@code Integer}, {@code
 * Long}, {@code Instant} (stored as milliseconds since the epoch) and {@code null}.
 */
public final class Tx {
    static final int MAX_PREPARED = 256;

    private final Connection connection;
    private final boolean writes;
    private final WriteSteps steps;
    private final Map<String, Prepared> prepared = new LinkedHashMap<>(64, 0.75f, true);
    private final List<Runnable> afterCommit = new ArrayList<>();

    private Tx(Connection connection, boolean writes, WriteSteps steps) {
        this.connection = connection;
        this.writes = writes;
        this.steps = steps;
    }

    static Tx reading(Connection connection) {
        return new Tx(connection, false, WriteSteps.UNWATCHED);
    }

    static Tx writing(Connection connection, WriteSteps steps) {
        return new Tx(connection, true, steps);
    }

    /** Runs an insert, update or delete and returns how many rows it touched. */
    public int update(String sql, Object... values) throws SQLException {
        return run(sql, PreparedStatement::executeUpdate, values);
    }

    /** Runs an insert and returns the key that the database gave. */
    public long insert(String sql, Object... values) throws SQLException {
        return query(
                sql + " returning rowid",
                keys -> {
                    keys.next();
                    return keys.getLong(1);
                },
                values);
    }

    public <T> List<T> all(String sql, RowReader<T> reader, Object... values) throws SQLException {
        return query(
                sql,
                rows -> {
                    List<T> read = new ArrayList<>();
                    while (rows.next()) read.add(reader.read(rows));
                    return read;
                },
                values);
    }

    /** The first row, if there is one. */
    public <T> Optional<T> first(String sql, RowReader<T> reader, Object... values)
            throws SQLException {
        return query(
                sql,
                rows -> rows.next() ? Optional.of(reader.read(rows)) : Optional.empty(),
                values);
    }

    private <T> T query(String sql, RowReader<T> reader, Object... values) throws SQLException {
        return run(
                sql,
                statement -> {
                    try (ResultSet rows = statement.executeQuery()) {
                        return reader.read(rows);
                    }
                },
                values);
    }

    private record Prepared(PreparedStatement statement, int parameters) {}

    private interface Execution<T> {
        T of(PreparedStatement statement) throws SQLException;
    }

    private <T> T run(String sql, Execution<T> execution, Object... values) throws SQLException {
        steps.before(sql);
        PreparedStatement statement = bind(sql, values);
        try {
            return execution.of(statement);
        } catch (SQLException failure) {
            // the driver may have finalized it, and then it would fail for ever
            try (statement) {
                prepared.remove(sql);
                throw failure;
            }
        }
    }

    /**
     * Runs {@code action} once this transaction is durable, on the writer's thread: it must be
     * short and must not write. It is forgotten when the transaction fails.
     *
     * @throws IllegalStateException in a read, which commits nothing
     */
    public void afterCommit(Runnable action) {
        if (!writes) throw new IllegalStateException("a read has no commit");
        afterCommit.add(action);
    }

    List<Runnable> takeAfterCommit() {
        List<Runnable> taken = List.copyOf(afterCommit);
        afterCommit.clear();
        return taken;
    }

    int afterCommitMark() {
        return afterCommit.size();
    }

    void forgetAfterCommitSince(int mark) {
        afterCommit.subList(mark, afterCommit.size()).clear();
    }

    /** A moment as this store keeps it, or empty for SQL null. */
    public static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    private PreparedStatement bind(String sql, Object... values) throws SQLException {
        Prepared known = prepared.get(sql);
        if (known == null) {
            PreparedStatement made = connection.prepareStatement(sql);
            known = new Prepared(made, made.getParameterMetaData().getParameterCount());
            prepared.put(sql, known);
            forgetEldest();
        }
        // the driver would silently use the former caller's value for one that is forgotten
        if (known.parameters != values.length) {
            throw new IllegalArgumentException("the statement has another number of values");
        }
        PreparedStatement statement = known.statement;
        for (int i = 0; i < values.length; i++) bind(statement, i + 1, values[i]);
        return statement;
    }

    private void forgetEldest() throws SQLException {
        if (prepared.size() <= MAX_PREPARED) return;
        String eldest = prepared.keySet().iterator().next();
        prepared.remove(eldest).statement.close();
    }

    int preparedStatements() {
        return prepared.size();
    }

    private static void bind(PreparedStatement statement, int index, Object value)
            throws SQLException {
        switch (value) {
            case null -> statement.setObject(index, null);
            case byte[] bytes -> statement.setBytes(index, bytes);
            case String text -> statement.setString(index, text);
            case Integer number -> statement.setInt(index, number);
            case Long number -> statement.setLong(index, number);
            case Instant moment -> statement.setLong(index, moment.toEpochMilli());
            default ->
                    throw new IllegalArgumentException(
                            "no column type for " + value.getClass().getSimpleName());
        }
    }
}
