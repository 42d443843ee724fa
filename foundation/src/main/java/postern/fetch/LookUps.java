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
 * places of all others with many names below it.
 */
final class LookUps implements AutoCloseable {
    static final int MAX = 64;
    static final int MAX_OF_ONE_DOMAIN = 4;

    private final Resolver resolver;
    private final Places places =
            new Places(MAX, "postern-look-up-", "too many names are being looked up");
    private final Map<String, Integer> underWay = new HashMap<>();

    LookUps(Resolver resolver) {
        this.resolver = resolver;
    }

    /**
     * Asks once. Fails with {@link FetchFailed.Kind#OUR_LIMIT} when too many are under way.
     *
     * @return at least one address
     */
    CompletableFuture<List<InetAddress>> start(String host) {
        String domain = domain(host);
        if (!enter(domain)) {
            return CompletableFuture.failedFuture(
                    new FetchFailed(
                            FetchFailed.Kind.OUR_LIMIT,
                            "too many names of one domain are being looked up"));
        }
        CompletableFuture<List<InetAddress>> addresses = places.start(() -> resolver.resolve(host));
        // before anybody is answered, so that who asks again finds the place free
        return addresses.whenComplete((_, _) -> leave(domain));
    }

    /**
     * The last two labels. Where people register names below a second label (co.uk), strangers
     * share the few places; as look-ups take milliseconds, that is felt only while some hang.
     */
    private static String domain(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        int last = name.lastIndexOf('.');
        return last < 0 ? name : name.substring(name.lastIndexOf('.', last - 1) + 1);
    }

    private synchronized boolean enter(String domain) {
        int before = underWay.getOrDefault(domain, 0);
        if (before == MAX_OF_ONE_DOMAIN) return false;
        underWay.put(domain, before + 1);
        return true;
    }

    private synchronized void leave(String domain) {
        underWay.computeIfPresent(domain, (_, count) -> count == 1 ? null : count - 1);
    }

    @Override
    public void close() {
        places.close();
    }
}
