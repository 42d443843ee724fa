package postern.forge.local;

import postern.access.Person;
import postern.access.UpstreamLease;
import postern.core.Secret;

import java.util.Map;

/** Who a child acts for; there is nothing for it to reach. */
record LocalLease(Map<String, String> values) implements UpstreamLease {
    LocalLease(Person person) {
        this(Map.of("user.login", person.login(), "user.id", person.upstreamId()));
    }

    @Override
    public Map<String, Secret> secrets() {
        return Map.of();
    }

    @Override
    public void close() {
        // holds nothing
    }
}
