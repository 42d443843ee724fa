package postern.oauth.client;

import java.util.HashMap;
import java.util.Map;

/**
 * Bounds who waits for documents at the same time, the one that fetches included: each keeps one of
 * the server's places for requests until the host has answered or the fetch is given up, and those
 * places are everybody's. Refuses at once, queues nobody. Safe for many threads.
 */
final class FetchWaiters {
    /** A sixteenth of the places for requests. */
    static final int MAX_IN_ALL = 64;

    /** People who begin with one program within the seconds that one fetch takes. */
    static final int MAX_PER_URL = 8;

    /** Half of those, so that no network alone keeps others from a document. */
    static final int MAX_PER_NETWORK = 4;

    private final Map<String, Integer> perUrl = new HashMap<>();
    private final Map<String, Integer> perNetwork = new HashMap<>();
    private int inAll;

    /** False when there is no room; else {@link #leave} must follow. */
    synchronized boolean enter(String url, String network) {
        if (inAll >= MAX_IN_ALL
                || perUrl.getOrDefault(url, 0) >= MAX_PER_URL
                || perNetwork.getOrDefault(network, 0) >= MAX_PER_NETWORK) {
            return false;
        }
        inAll++;
        perUrl.merge(url, 1, Integer::sum);
        perNetwork.merge(network, 1, Integer::sum);
        return true;
    }

    synchronized void leave(String url, String network) {
        inAll--;
        oneLess(perUrl, url);
        oneLess(perNetwork, network);
    }

    private static void oneLess(Map<String, Integer> counts, String key) {
        counts.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1);
    }
}
