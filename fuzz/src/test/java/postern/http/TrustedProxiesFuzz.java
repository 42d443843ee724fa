package postern.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/**
 * The answer is an address, a stranger's word about others does not count, and what stands left of
 * a stranger changes nothing.
 */
public final class TrustedProxiesFuzz {
    private static final TrustedProxies PROXIES =
            new TrustedProxies(List.of("127.0.0.1", "10.0.0.0/8", "fd00::/8"));
    private static final InetAddress PROXY = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress STRANGER = InetAddress.ofLiteral("192.0.2.7");
    private static final List<Network> TRUSTED =
            List.of(
                    Network.parse("127.0.0.1"),
                    Network.parse("10.0.0.0/8"),
                    Network.parse("fd00::/8"));

    private TrustedProxiesFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (Fields.areTooMany(input)) return;
        for (String name : List.of("X-Forwarded-For", "Forwarded")) {
            String left = name.equals("Forwarded") ? "for=198.51.100.9, " : "198.51.100.9, ";
            assertEquals("192.0.2.7", PROXIES.clientOf(STRANGER, Fields.of(name, input)));
            String client = PROXIES.clientOf(PROXY, Fields.of(name, input));
            InetAddress address = InetAddress.ofLiteral(client);
            assertEquals(-1, client.indexOf('%'), "a zone");
            if (TRUSTED.stream().anyMatch(network -> network.contains(address))) continue;
            byte[] longer = Arrays.copyOf(left.getBytes(US_ASCII), left.length() + input.length);
            System.arraycopy(input, 0, longer, left.length(), input.length);
            assertEquals(client, PROXIES.clientOf(PROXY, Fields.of(name, longer)));
        }
    }
}
