package postern.access;

import postern.store.Database;
import postern.store.Tx;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

/** Does one thing to many grants in small transactions, so that no other writer waits long. */
final class GrantSteps {
    private static final int MAX_GRANTS = 200;

    private GrantSteps() {}

    interface Step {
        void of(Tx tx, GrantId id) throws SQLException;
    }

    /**
     * Takes the step for each grant that {@code select} finds; a grant that had its step must not
     * be found again. Returns how many there were.
     *
     * @param values of the placeholders in {@code select}
     */
    static long each(Database database, String select, Step step, Object... values) {
        Object[] withLimit = Arrays.copyOf(values, values.length + 1);
        withLimit[values.length] = MAX_GRANTS;
        long all = 0;
        int found;
        do {
            found =
                    database.write(tx -> {
                        List<GrantId> ids =
                                tx.all(
                                        select + " limit ?",
                                        row -> new GrantId(row.getString(1)),
                                        withLimit);
                        for (GrantId id : ids) step.of(tx, id);
                        return ids.size();
                    });
            all += found;
        } while (found == MAX_GRANTS);
        return all;
    }
}
