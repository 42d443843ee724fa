package postern.app;

import postern.app.config.Configuration;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.HashSet;
import java.util.Set;

/**
 * Under which addresses this start is known.
 *
 * @param publicUrl the issuer; without a path
 * @param hosts what a Host header may say
 * @param origins of browser pages that may call the MCP endpoints
 */
public record Addresses(
        InetSocketAddress listen, URI publicUrl, Set<String> hosts, Set<String> origins) {
    /**
     * @throws StartRefused when no port is free
     */
    public static Addresses of(Configuration configuration) throws StartRefused {
        InetSocketAddress listen = withPort(configuration.listen());
        URI publicUrl = configuration.publicUrl().orElse(URI.create("http://" + shown(listen)));
        Set<String> hosts = new HashSet<>();
        Set<String> origins = new HashSet<>();
        hosts.add(publicUrl.getRawAuthority());
        origins.add(publicUrl.toString());
        // names of this very machine: no page of another origin can take them
        for (String name : Set.of("localhost", "127.0.0.1", "[::1]")) {
            hosts.add(name + ":" + listen.getPort());
            origins.add("http://" + name + ":" + listen.getPort());
        }
        return new Addresses(listen, publicUrl, Set.copyOf(hosts), Set.copyOf(origins));
    }

    /** The issuer has to be known before the server listens, so a free port is looked for first. */
    private static InetSocketAddress withPort(InetSocketAddress listen) throws StartRefused {
        if (listen.getPort() != 0) return listen;
        try (var probe = new ServerSocket(0, 1, listen.getAddress())) {
            return new InetSocketAddress(listen.getAddress(), probe.getLocalPort());
        } catch (IOException none) {
            throw new StartRefused("no free port on " + listen.getAddress().getHostAddress(), none);
        }
    }

    /** As people write it: address and port. */
    static String shown(InetSocketAddress listen) {
        String host = listen.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + listen.getPort();
    }
}
