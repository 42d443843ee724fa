package postern.forge;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.access.Admissions;
import postern.access.GrantId;
import postern.access.UpstreamRefused;
import postern.access.UpstreamUnavailable;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * The leases that are open, so that people whose children do not talk to the forge are checked as
 * well. Bounded by the number of children.
 */
final class LiveLeases {
    private static final Logger LOG = LoggerFactory.getLogger(LiveLeases.class);

    /** Little for a forge, and enough for some thousand people in an hour. */
    private static final int CHECKS_AT_ONCE = 8;

    private final Admissions admissions;
    private final Set<ForgejoLease> open = ConcurrentHashMap.newKeySet();

    LiveLeases(Admissions admissions) {
        this.admissions = admissions;
    }

    void add(ForgejoLease lease) {
        open.add(lease);
        if (lease.isClosed()) remove(lease);
    }

    void remove(ForgejoLease lease) {
        open.remove(lease);
    }

    /** Checks whom it is due for, and returns the grants of those who can go on no longer. */
    Set<GrantId> recheck() {
        checkAll(due());
        Set<GrantId> over = new HashSet<>();
        for (ForgejoLease lease : open) {
            if (!admissions.isAdmitted(lease.person())) over.add(lease.grant());
        }
        return over;
    }

    /** One lease of each person. */
    private Collection<ForgejoLease> due() {
        Map<Long, ForgejoLease> due = new HashMap<>();
        for (ForgejoLease lease : open) {
            if (lease.isCheckDue()) due.putIfAbsent(lease.person().id(), lease);
        }
        return due.values();
    }

    private static void checkAll(Collection<ForgejoLease> due) {
        if (due.isEmpty()) return;
        var slots = new Semaphore(CHECKS_AT_ONCE);
        try (ExecutorService checks = Executors.newVirtualThreadPerTaskExecutor()) {
            for (ForgejoLease lease : due) {
                slots.acquireUninterruptibly();
                checks.execute(() -> {
                    try {
                        check(lease);
                    } finally {
                        slots.release();
                    }
                });
            }
        }
    }

    private static void check(ForgejoLease lease) {
        try {
            lease.token();
        } catch (UpstreamRefused | UpstreamUnavailable told) {
            // what follows from it was done where it was found, and logged there
            LOG.atDebug().addKeyValue("reason", told.getMessage()).log("forge.recheck.not-passed");
        } catch (RuntimeException failure) {
            LOG.atError().setCause(failure).log("forge.recheck.failed");
        }
    }
}
