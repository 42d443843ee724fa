package postern.forge;

import postern.access.Person;
import postern.access.UpstreamLease;
import postern.core.Secret;

import java.util.Map;

/** Who a child acts for, at an upstream where there is nothing for it to reach. */
public record PersonLease(Map<String, String> values) implements UpstreamLease {
    public PersonLease(Person person) {
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
