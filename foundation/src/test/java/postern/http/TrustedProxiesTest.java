package postern.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

class TrustedProxiesTest {
    private final TrustedProxies proxies =
            new TrustedProxies(List.of("127.0.0.1", "10.0.0.0/8", "fd00::/8"));

    @ParameterizedTest(name = "P1: {0}, X-Forwarded-Proto {1}, Forwarded {2}: plain http is {3}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    127.0.0.1 | | | false
                    127.0.0.1 | http | | true
                    127.0.0.1 | HTTP | | true
                    127.0.0.1 | https | | false
                    127.0.0.1 | http, https | | false
                    127.0.0.1 | https, http | | true
                    127.0.0.1 | | for=192.0.2.1;proto=http | true
                    127.0.0.1 | | proto=http, for=192.0.2.1;proto=https | false
                    127.0.0.1 | https | proto=http | false
                    192.0.2.9 | http | | false
                    """)
    void the_nearest_proxy_says_whether_it_came_over_plain_http(
            String peer, String proto, String forwarded, boolean plain) throws Exception {
        List<Response.Header> fields = new ArrayList<>();
        if (proto != null) fields.add(new Response.Header("X-Forwarded-Proto", proto));
        if (forwarded != null) fields.add(new Response.Header("Forwarded", forwarded));
        var headers = Headers.of(fields.toArray(Response.Header[]::new));
        assertEquals(plain, proxies.cameOverPlainHttp(InetAddress.getByName(peer), headers));
    }

    @ParameterizedTest(name = "M12: {0}, XFF {1}, Forwarded {2} is {3}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    127.0.0.1 | | | 127.0.0.1
                    127.0.0.1 | 192.0.2.1 | | 192.0.2.1
                    192.0.2.9 | 192.0.2.1 | | 192.0.2.9
                    192.0.2.9 | | for=192.0.2.1 | 192.0.2.9
                    127.0.0.1 | 6.6.6.6, 192.0.2.1 | | 192.0.2.1
                    127.0.0.1 | 192.0.2.1, 10.1.2.3 | | 192.0.2.1
                    127.0.0.1 | 10.9.9.9, 10.1.2.3 | | 10.9.9.9
                    127.0.0.1 | evil.test | | 127.0.0.1
                    127.0.0.1 | 192.0.2.1, evil, 10.0.0.1 | | 10.0.0.1
                    127.0.0.1 | 192.0.2.1:4711 | | 192.0.2.1
                    127.0.0.1 | [2001:db8::1]:4711 | | 2001:db8:0:0:0:0:0:1
                    127.0.0.1 | 2001:db8::1 | | 2001:db8:0:0:0:0:0:1
                    fd00::1 | 192.0.2.1 | | 192.0.2.1
                    127.0.0.1 | | for=192.0.2.1;proto=https | 192.0.2.1
                    127.0.0.1 | | proto=https;For="[2001:db8::1]:47" | 2001:db8:0:0:0:0:0:1
                    127.0.0.1 | | for=6.6.6.6, for=192.0.2.1 | 192.0.2.1
                    127.0.0.1 | | for=unknown | 127.0.0.1
                    127.0.0.1 | 192.0.2.1 | for=6.6.6.6 | 192.0.2.1
                    11.0.0.1 | 192.0.2.1 | | 11.0.0.1
                    """)
    void only_a_trusted_proxy_is_believed(
            String peer, String forwardedFor, String forwarded, String client) throws Exception {
        List<Response.Header> fields = new ArrayList<>();
        if (forwardedFor != null) fields.add(new Response.Header("X-Forwarded-For", forwardedFor));
        if (forwarded != null) fields.add(new Response.Header("Forwarded", forwarded));
        var headers = Headers.of(fields.toArray(Response.Header[]::new));
        assertEquals(client, proxies.clientOf(InetAddress.ofLiteral(peer), headers));
    }

    @Test
    void M12_nobody_is_believed_by_default() throws Exception {
        var headers = Headers.of(new Response.Header("X-Forwarded-For", "192.0.2.1"));
        var nobody = new TrustedProxies(List.of());
        assertEquals("127.0.0.1", nobody.clientOf(InetAddress.ofLiteral("127.0.0.1"), headers));
    }

    @ParameterizedTest(name = "{0} is no network")
    @ValueSource(strings = {"", "proxy.test", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "::/129"})
    void a_proxy_is_an_address_or_a_network(String text) {
        assertThrows(IllegalArgumentException.class, () -> new TrustedProxies(List.of(text)));
    }

    @Test
    void M12_it_holds_over_the_wire() {
        var routes = Routes.builder().get("/client", r -> Response.text(200, r.clientAddress()));
        try (var server = new TestServer(routes, c -> TestServer.trusting(c, "127.0.0.1"));
                RawClient client = server.raw()) {
            String answer =
                    client.request("GET /client", "X-Forwarded-For: 192.0.2.7\r\n", "").answer();
            assertEquals("192.0.2.7", answer.substring(answer.length() - 9));
            assertEquals("192.0.2.7", server.logged().client());
        }
    }

    @Test
    void one_caller_has_one_IPv6_network_and_one_IPv4_address() {
        assertEquals("192.0.2.7", Network.ofOneCaller("192.0.2.7"));
        assertEquals(
                Network.ofOneCaller("2001:db8:1:2::1"), Network.ofOneCaller("2001:db8:1:ff:f::9"));
        assertNotEquals(
                Network.ofOneCaller("2001:db8:1:2::1"), Network.ofOneCaller("2001:db8:1:100::1"));
    }
}
