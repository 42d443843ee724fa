package postern.http;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The hosts that we are. Anything else in the Host field is somebody's page that has made its name
 * point at us. Source: RFC 9110 §7.2 and §15.5.20; oauth-rules M10.
 */
final class HostRule {
    private volatile Set<String> allowed = Set.of();

    /**
     * Opens for {@code hosts}; {@code :0} becomes {@code port}. Before that every host is refused.
     */
    void allow(Set<String> hosts, int port) {
        Set<String> all = new HashSet<>();
        for (String host : hosts) {
            String lower = host.toLowerCase(Locale.ROOT);
            boolean anyPort = lower.endsWith(":0");
            all.add(anyPort ? lower.substring(0, lower.length() - 1) + port : lower);
        }
        allowed = Set.copyOf(all);
    }

    /**
     * @throws HttpError 400 when the field is missing or repeated, 421 for a host that is not ours
     */
    void check(Headers headers) {
        List<String> hosts = headers.all("Host");
        if (hosts.size() != 1) throw new BadRequest("one Host header is needed", "host count");
        if (!allowed.contains(hosts.getFirst().toLowerCase(Locale.ROOT))) {
            throw new HttpError(421, "this host is not served here", "host not allowed");
        }
    }
}
