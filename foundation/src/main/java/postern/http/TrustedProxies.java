package postern.http;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whose word about the client's address counts. Reads the list from the right, as long as the
 * speaker is trusted: what stands left of the first stranger was written by that stranger. Where a
 * proxy sends X-Forwarded-For, Forwarded is not looked at: proxies that know only the former pass
 * the latter on as the client sent it. Source: RFC 7239 §8.1; oauth-rules M12.
 */
final class TrustedProxies {
    private static final int MAX_HOPS = 32;
    private static final Pattern FORWARDED_FOR =
            Pattern.compile("(?i)(?:^|;)\\s*for\\s*=\\s*(\"[^\"]*\"|[^;\\s]+)");

    private static final Pattern FORWARDED_PROTO =
            Pattern.compile("(?i)(?:^|;)\\s*proto\\s*=\\s*\"?([a-z]+)");

    private final List<Network> networks;

    /**
     * @throws IllegalArgumentException for an entry that is neither an address nor a network
     */
    TrustedProxies(List<String> networks) {
        this.networks = networks.stream().map(Network::parse).toList();
    }

    /** The client's address as text, without a port or zone. */
    String clientOf(InetAddress peer, Headers headers) {
        InetAddress client = peer;
        if (!networks.isEmpty() && isTrusted(client)) {
            List<String> hops = hops(headers);
            for (int i = hops.size() - 1; i >= 0 && hops.size() - i <= MAX_HOPS; i--) {
                Optional<InetAddress> hop = address(hops.get(i));
                if (hop.isEmpty()) break;
                client = hop.get();
                if (!isTrusted(client)) break;
            }
        }
        return text(client);
    }

    /** What the nearest proxy says; without its word it is taken for https. */
    boolean cameOverPlainHttp(InetAddress peer, Headers headers) {
        if (!isTrusted(peer)) return false;
        List<String> schemes = headers.all("X-Forwarded-Proto");
        if (!schemes.isEmpty()) return lastOf(schemes.getLast()).equalsIgnoreCase("http");
        List<String> forwarded = headers.all("Forwarded");
        if (forwarded.isEmpty()) return false;
        Matcher scheme = FORWARDED_PROTO.matcher(lastOf(forwarded.getLast()));
        return scheme.find() && scheme.group(1).equalsIgnoreCase("http");
    }

    private static String lastOf(String list) {
        return list.substring(list.lastIndexOf(',') + 1).strip();
    }

    boolean isTrusted(InetAddress address) {
        return networks.stream().anyMatch(network -> network.contains(address));
    }

    private static List<String> hops(Headers headers) {
        List<String> hops = new ArrayList<>();
        List<String> forwardedFor = headers.all("X-Forwarded-For");
        for (String field : forwardedFor) hops.addAll(List.of(field.split(",", -1)));
        if (!forwardedFor.isEmpty()) return hops;
        for (String field : headers.all("Forwarded")) {
            for (String element : field.split(",", -1)) {
                Matcher matcher = FORWARDED_FOR.matcher(element);
                hops.add(matcher.find() ? matcher.group(1).replace("\"", "") : "unknown");
            }
        }
        return hops;
    }

    /** Empty for anything but an address: names are never looked up. */
    private static Optional<InetAddress> address(String hop) {
        String text = hop.strip();
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            if (end < 0) return Optional.empty();
            text = text.substring(1, end);
        } else if (text.indexOf(':') == text.lastIndexOf(':') && text.indexOf(':') > 0) {
            text = text.substring(0, text.indexOf(':'));
        }
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException notAnAddress) {
            return Optional.empty();
        }
    }

    static String text(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }
}
