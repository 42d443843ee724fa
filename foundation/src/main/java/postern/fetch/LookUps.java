package postern.fetch;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Looks names up, apart from the fetches: a look-up whose name server is silent goes on long after
 * its fetch was given up. Those of one domain are few, so that whoever owns it cannot take the
 * places of all others with many names below it. What a domain is depends on where people register
 * names (example.org, example.co.uk), so names count below their last three labels, and below their
 * last two with more room.
 */
final class LookUps implements AutoCloseable {
    static final int MAX = 64;
    static final int MAX_OF_THREE_LABELS = 4;
    static final int MAX_OF_TWO_LABELS = 24;

    private final Resolver resolver;
    private final Places places =
            new Places(MAX, "postern-look-up-", "too many names are being looked up");
    private final Map<Domain, Integer> underWay = new HashMap<>();

    LookUps(Resolver resolver) {
        this.resolver = resolver;
    }

    /**
     * Asks once. Fails with {@link FetchFailed.Kind#OUR_LIMIT} when too many are under way.
     *
     * @return at least one address
     */
    CompletableFuture<List<InetAddress>> start(String host) {
        List<Domain> domains = List.of(Domain.of(host, 2), Domain.of(host, 3));
        if (!enter(domains)) {
            return CompletableFuture.failedFuture(
                    new FetchFailed(
                            FetchFailed.Kind.OUR_LIMIT,
                            "too many names of one domain are being looked up"));
        }
        CompletableFuture<List<InetAddress>> addresses = places.start(() -> resolver.resolve(host));
        // before anybody is answered, so that who asks again finds the place free
        return addresses.whenComplete((_, _) -> leave(domains));
    }

    /** The last labels of a name, or all when it has fewer. */
    private record Domain(String name, int labels) {
        private static Domain of(String host, int labels) {
            String name = host.toLowerCase(Locale.ROOT);
            int start = name.length();
            for (int i = 0; i < labels && start >= 0; i++) start = name.lastIndexOf('.', start - 1);
            return new Domain(name.substring(start + 1), labels);
        }

        private int places() {
            return labels == 2 ? MAX_OF_TWO_LABELS : MAX_OF_THREE_LABELS;
        }
    }

    private synchronized boolean enter(List<Domain> domains) {
        for (Domain domain : domains) {
            if (underWay.getOrDefault(domain, 0) == domain.places()) return false;
        }
        for (Domain domain : domains) underWay.merge(domain, 1, Integer::sum);
        return true;
    }

    private synchronized void leave(List<Domain> domains) {
        for (Domain domain : domains) {
            underWay.computeIfPresent(domain, (_, count) -> count == 1 ? null : count - 1);
        }
    }

    @Override
    public void close() {
        places.close();
    }
}
