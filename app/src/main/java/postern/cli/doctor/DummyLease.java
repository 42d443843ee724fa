package postern.cli.doctor;

import postern.access.UpstreamLease;
import postern.core.Secret;

import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * What a server that is tried gets in place of a person's access: an address and a token that open
 * nothing.
 *
 * @param relay empty where people sign in without a forge: nothing is leased there
 */
record DummyLease(Optional<URI> relay) implements UpstreamLease {
    @Override
    public Map<String, String> values() {
        return relay.map(url -> Map.of("relay.url", url.toString())).orElse(Map.of());
    }

    @Override
    public Map<String, Secret> secrets() {
        return relay.isEmpty()
                ? Map.of()
                : Map.of("relay.token", Secret.ofUtf8("postern-doctor-opens-nothing"));
    }

    @Override
    public void close() {}
}
