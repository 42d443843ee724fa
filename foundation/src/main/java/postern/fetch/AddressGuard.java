package postern.fetch;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/**
 * Which addresses may be connected to. Special-use addresses would let a stranger reach our own
 * network through us. Source: RFC 6890 and the IANA special-purpose registries.
 */
@FunctionalInterface
public interface AddressGuard {
    boolean allows(InetAddress address);

    /** Everything that is not globally reachable is refused. */
    static AddressGuard publicOnly() {
        return PublicAddresses::contains;
    }

    /** For a closed network whose operator has said so. */
    static AddressGuard any() {
        return address -> true;
    }

    /** The special-use ranges. */
    final class PublicAddresses {
        private static final List<Range> SPECIAL_IPV4 =
                Range.all(
                        "0.0.0.0/8", // this network
                        "10.0.0.0/8", // private
                        "100.64.0.0/10", // shared by carriers, RFC 6598
                        "127.0.0.0/8", // loopback
                        "169.254.0.0/16", // link-local, also where clouds keep their metadata
                        "172.16.0.0/12", // private
                        "192.0.0.0/24", // IETF protocols
                        "192.0.2.0/24", // documentation
                        "192.31.196.0/24", // AS112
                        "192.52.193.0/24", // AMT
                        "192.88.99.0/24", // 6to4 relays
                        "192.168.0.0/16", // private
                        "192.175.48.0/24", // AS112
                        "198.18.0.0/15", // benchmarks
                        "198.51.100.0/24", // documentation
                        "203.0.113.0/24", // documentation
                        "224.0.0.0/4", // multicast
                        "240.0.0.0/4"); // reserved, and broadcast

        /**
         * All that is allowed of IPv6. Outside lie loopback, ULA, link-local, multicast, v4-mapped
         * and v4-compatible addresses, and both NAT64 prefixes.
         */
        private static final Range GLOBAL_UNICAST = Range.parse("2000::/3");

        private static final List<Range> SPECIAL_IPV6 =
                Range.all(
                        "2001::/23", // IETF protocols: Teredo, benchmarks, ORCHID
                        "2001:db8::/32", // documentation
                        "2002::/16", // 6to4: an IPv4 address inside
                        "2620:4f:8000::/48", // AS112
                        "3fff::/20"); // documentation

        private PublicAddresses() {}

        static boolean contains(InetAddress address) {
            byte[] bytes = address.getAddress();
            if (bytes.length == 4) return SPECIAL_IPV4.stream().noneMatch(r -> r.contains(bytes));
            return GLOBAL_UNICAST.contains(bytes)
                    && SPECIAL_IPV6.stream().noneMatch(range -> range.contains(bytes));
        }
    }

    /** All addresses that share their first bits. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Range(byte[] first, int prefixBits) {
        static Range parse(String text) {
            String[] parts = text.split("/");
            return new Range(
                    InetAddress.ofLiteral(parts[0]).getAddress(), Integer.parseInt(parts[1]));
        }

        static List<Range> all(String... texts) {
            return Arrays.stream(texts).map(Range::parse).toList();
        }

        boolean contains(byte[] address) {
            if (address.length != first.length) return false;
            for (int bit = 0; bit < prefixBits; bit++) {
                int mask = 0x80 >> (bit % 8);
                if (((address[bit / 8] ^ first[bit / 8]) & mask) != 0) return false;
            }
            return true;
        }
    }
}
