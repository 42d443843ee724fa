package postern.access;

import postern.store.Tx;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Looks at grants for people; rows that were tampered with are left out. */
public final class GrantList {
    private final Grants grants;

    public GrantList(Grants grants) {
        this.grants = grants;
    }

    /** The person's live grants, the youngest first. */
    public List<LiveGrant> ofPerson(Tx tx, long personId, Instant now) throws SQLException {
        return live(
                tx.all(
                        Grants.SELECT
                                + " where g.person_id = ? and g.ended_at is null"
                                + " order by g.created_at desc, g.id",
                        this::read,
                        personId),
                now);
    }

    /**
     * Grants of the person that ended at {@code after} or later, the latest first, at most {@code
     * max}. Left out are those that never came to be, since the person did not confirm them or sent
     * the form once more.
     */
    public List<EndedGrant> endedOf(Tx tx, long personId, Instant after, int max)
            throws SQLException {
        return tx
                .all(
                        Grants.SELECT
                                + " where g.person_id = ? and g.ended_at >= ?"
                                + " and g.end_reason not in ('NOT_CONFIRMED', 'SENT_AGAIN')"
                                + " order by g.ended_at desc, g.id limit ?",
                        this::readEnded,
                        personId,
                        after,
                        max)
                .stream()
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<EndedGrant> readEnded(ResultSet row) throws SQLException {
        Instant since = Tx.instant(row, "created_at").orElseThrow();
        Instant endedAt = Tx.instant(row, "ended_at").orElseThrow();
        Optional<EndReason> reason =
                Optional.ofNullable(row.getString("end_reason")).flatMap(EndReason::stored);
        return grants.readVerified(row).map(grant -> new EndedGrant(grant, since, endedAt, reason));
    }

    /** Everybody's live grants, by login and age. */
    public List<LiveGrant> all(Tx tx, Instant now) throws SQLException {
        return live(
                tx.all(
                        Grants.SELECT
                                + " where g.ended_at is null order by p.login, g.created_at, g.id",
                        this::read),
                now);
    }

    private static List<LiveGrant> live(List<Optional<LiveGrant>> read, Instant now) {
        return read.stream()
                .flatMap(Optional::stream)
                .filter(one -> one.grant().isLive(now))
                .toList();
    }

    private Optional<LiveGrant> read(ResultSet row) throws SQLException {
        Instant since = Tx.instant(row, "created_at").orElseThrow();
        Optional<Instant> lastUsed = Tx.instant(row, "last_used_at");
        return grants.readVerified(row).map(grant -> new LiveGrant(grant, since, lastUsed));
    }

    /**
     * Whether somebody has taken a grant of this person from this client at {@code since} or later,
     * so that what was agreed before should be asked again. Ended grants are known for 30 days.
     */
    public boolean isRevokedSince(Tx tx, long personId, String clientId, Instant since)
            throws SQLException {
        return tx.first(
                        """
                        select 1 from access_grant where person_id = ? and client_id = ?
                            and ended_at >= ? and end_reason in ('REVOKED_BY_CLIENT',
                            'REVOKED_BY_PERSON', 'REVOKED_BY_OPERATOR', 'CODE_REPLAYED',
                            'REFRESH_TOKEN_REPLAYED', 'NOT_ALLOWED')
                        """,
                        row -> true,
                        personId,
                        clientId,
                        since)
                .isPresent();
    }
}
