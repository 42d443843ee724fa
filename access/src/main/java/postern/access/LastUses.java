package postern.access;

import postern.store.Database;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * When grants were last used. Kept in memory, so that no request waits for the database; {@link
 * #write} brings it there, once for all uses of a grant since the last time. A crash loses what was
 * not written.
 */
public final class LastUses {
    private static final int ROWS_PER_WRITE = 500;

    private final Database database;
    private final Map<GrantId, Instant> unwritten = new ConcurrentHashMap<>();

    public LastUses(Database database) {
        this.database = database;
    }

    void note(GrantId grant, Instant now) {
        unwritten.merge(grant, now, (known, next) -> next.isAfter(known) ? next : known);
    }

    /** Called every minute and at the stop. */
    public void write() {
        List<Map.Entry<GrantId, Instant>> step = new ArrayList<>();
        for (Map.Entry<GrantId, Instant> use : unwritten.entrySet()) {
            step.add(Map.entry(use.getKey(), use.getValue()));
            if (step.size() == ROWS_PER_WRITE) {
                write(step);
                step.clear();
            }
        }
        if (!step.isEmpty()) write(step);
    }

    private void write(List<Map.Entry<GrantId, Instant>> step) {
        List<Map.Entry<GrantId, Instant>> uses = List.copyOf(step);
        database.write(tx -> {
            for (Map.Entry<GrantId, Instant> use : uses) {
                tx.update(
                        "update access_grant set last_used_at = ?"
                                + " where id = ? and coalesce(last_used_at, 0) < ?",
                        use.getValue(),
                        use.getKey().value(),
                        use.getValue());
            }
            return null;
        });
        // a later use is another value and stays
        for (Map.Entry<GrantId, Instant> use : uses) unwritten.remove(use.getKey(), use.getValue());
    }
}
