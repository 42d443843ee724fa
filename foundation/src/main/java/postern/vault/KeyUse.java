package postern.vault;

import postern.store.Tx;

import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How many sealed values of one kind need which master key.
 *
 * @param what the kind, in words for operators
 * @param rows by id of the key; a kind without values has none
 */
public record KeyUse(String what, Map<String, Long> rows) {
    public KeyUse {
        rows = Map.copyOf(rows);
    }

    private record Counted(byte[] header, long rows) {}

    /**
     * Counts by reading.
     *
     * @param sql selects the first 5 bytes of the sealed value and how many rows begin so
     */
    public static KeyUse count(Tx tx, String what, String sql) throws SQLException {
        var rows = new TreeMap<String, Long>();
        for (Counted counted : tx.all(sql, row -> new Counted(row.getBytes(1), row.getLong(2)))) {
            rows.merge(name(counted.header), counted.rows, Long::sum);
        }
        return new KeyUse(what, rows);
    }

    /** What a writer to the database left there is counted, too: it must be explained. */
    private static String name(byte[] header) {
        try {
            return KeyId.of(header).toString();
        } catch (CannotOpen notOurs) {
            return "damaged";
        }
    }

    public long of(KeyId id) {
        return Optional.ofNullable(rows.get(id.toString())).orElse(0L);
    }
}
