package postern.access;

import postern.store.Database;
import postern.store.Tx;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Forgets tokens that nobody may use any more. Nothing keeps them in the order of their end, which
 * would cost each rotation as much as storing it: they are found by reading all rows, a few hundred
 * thousand of them in a second, while writers go on.
 */
final class OldTokens {
    private static final int MAX_ROWS = 2_000;

    private final Database database;

    private record Place(String grant, long serial) {
        private static final Place FIRST = new Place("", 0);
    }

    OldTokens(Database database) {
        this.database = database;
    }

    /** Those that have expired. */
    void forgetAccess(Instant now) {
        forget("access_token", "expires_at < ?", now);
    }

    /**
     * Those that have expired, and retired ones whose grace is over.
     *
     * @param grace when those were retired whose grace ends {@code now}
     */
    void forgetRefresh(Instant now, Instant grace) {
        forget(
                "refresh_token",
                "iif(retired_at is null, expires_at < ?, retired_at <= ?)",
                now,
                grace);
    }

    private void forget(String table, String over, Instant... moments) {
        String find =
                "select grant_id, serial from %s where %s and (grant_id, serial) > (?, ?)"
                                .formatted(table, over)
                        + " order by grant_id, serial limit ?";
        String delete =
                "delete from %s where %s and grant_id = ? and serial = ?".formatted(table, over);
        Optional<Place> last = Optional.of(Place.FIRST);
        while (last.isPresent()) last = forgetSome(find, delete, last.get(), moments);
    }

    /** The last of those that were found, when there may be more. */
    private Optional<Place> forgetSome(
            String find, String delete, Place after, Instant... moments) {
        List<Place> found =
                database.read(tx ->
                        tx.all(
                                find,
                                row -> new Place(row.getString(1), row.getLong(2)),
                                values(moments, after.grant, after.serial, MAX_ROWS)));
        if (!found.isEmpty()) database.write(tx -> delete(tx, delete, found, moments));
        return found.size() == MAX_ROWS ? Optional.of(found.getLast()) : Optional.empty();
    }

    /** Looks at each again: it may have been used since it was found. */
    private static int delete(Tx tx, String sql, List<Place> found, Instant... moments)
            throws SQLException {
        int deleted = 0;
        for (Place place : found) {
            deleted += tx.update(sql, values(moments, place.grant, place.serial));
        }
        return deleted;
    }

    private static Object[] values(Instant[] moments, Object... others) {
        var all = new java.util.ArrayList<Object>(List.of((Object[]) moments));
        all.addAll(List.of(others));
        return all.toArray();
    }
}
