package postern.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;

/** Rule C3: which addresses may be connected to. */
class AddressGuardTest {
    private static final AddressGuard GUARD = AddressGuard.publicOnly();

    @ParameterizedTest(name = "{0} ({2}): {1}")
    @CsvSource(
            textBlock =
                    """
                    0.0.0.0,            false, this host
                    0.255.255.255,      false, this network
                    1.0.0.0,            true,  first public
                    9.255.255.255,      true,  below 10/8
                    10.0.0.0,           false, private
                    10.255.255.255,     false, private
                    11.0.0.0,           true,  above 10/8
                    100.63.255.255,     true,  below CGNAT
                    100.64.0.0,         false, CGNAT
                    100.127.255.255,    false, CGNAT
                    100.128.0.0,        true,  above CGNAT
                    126.255.255.255,    true,  below loopback
                    127.0.0.1,          false, loopback
                    127.255.255.255,    false, loopback
                    128.0.0.0,          true,  above loopback
                    169.253.255.255,    true,  below link-local
                    169.254.169.254,    false, cloud metadata
                    169.255.0.0,        true,  above link-local
                    172.15.255.255,     true,  below 172.16/12
                    172.16.0.0,         false, private
                    172.31.255.255,     false, private
                    172.32.0.0,         true,  above 172.16/12
                    192.0.0.8,          false, IETF protocols
                    192.0.2.1,          false, documentation
                    192.31.196.1,       false, AS112
                    192.52.193.1,       false, AMT
                    192.88.99.1,        false, 6to4 relay
                    192.168.0.1,        false, private
                    192.169.0.0,        true,  above 192.168/16
                    192.175.48.1,       false, AS112
                    198.18.0.1,         false, benchmarks
                    198.19.255.255,     false, benchmarks
                    198.51.100.1,       false, documentation
                    203.0.113.255,      false, documentation
                    223.255.255.255,    true,  last public
                    224.0.0.1,          false, multicast
                    239.255.255.255,    false, multicast
                    240.0.0.1,          false, reserved
                    255.255.255.255,    false, broadcast
                    ::,                 false, unspecified
                    ::1,                false, loopback
                    ::7f00:1,           false, v4-compatible loopback
                    64:ff9b::a00:1,     false, NAT64
                    64:ff9b::808:808,   false, NAT64 of a public address
                    64:ff9b:1::1,       false, local NAT64
                    100::1,             false, discard
                    2001::1,            false, Teredo
                    2001:2::1,          false, benchmarks
                    2001:10::1,         false, ORCHID
                    2001:20::1,         false, ORCHIDv2
                    2001:1ff::1,        false, IETF protocols
                    2001:200::1,        true,  first allocated
                    2001:db8::1,        false, documentation
                    2001:db9::1,        true,  above documentation
                    2002:7f00:1::1,     false, 6to4 of loopback
                    2002:808:808::1,    false, 6to4
                    2606:4700::1,       true,  public
                    2620:4f:8000::1,    false, AS112
                    3fff:fff::1,        false, documentation
                    3fff:1000::1,       true,  above documentation
                    4000::1,            false, not allocated
                    5f00::1,            false, segment routing
                    fc00::1,            false, ULA
                    fd12:3456::1,       false, ULA
                    fe80::1,            false, link-local
                    fec0::1,            false, site-local
                    ff02::1,            false, multicast
                    """)
    void range(String address, boolean allowed, String name) {
        assertEquals(allowed, GUARD.allows(InetAddress.ofLiteral(address)), name);
    }

    /** Java itself turns such an address into an IPv4 one; it is refused either way. */
    @Test
    void v4_mapped() throws UnknownHostException {
        byte[] loopback = HexFormat.of().parseHex("00000000000000000000ffff7f000001");
        assertEquals(false, GUARD.allows(InetAddress.getByAddress(loopback)));
        assertEquals(false, AddressGuard.Range.parse("2000::/3").contains(loopback));
    }
}
