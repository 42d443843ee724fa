package postern.forge;

import postern.access.Caller;
import postern.access.Person;
import postern.access.UpstreamLease;
import postern.access.UpstreamRefused;
import postern.core.Secret;

import java.util.Map;

/** Who a child acts for, at an upstream where there is nothing for it to reach. */
public record PersonLease(Map<String, String> values) implements UpstreamLease {
    public PersonLease(Person person) {
        this(Map.of("user.login", person.login(), "user.id", person.upstreamId()));
    }

    /**
     * For the person of {@code caller}.
     *
     * @throws UpstreamRefused the person is of another upstream than {@code issuer}
     */
    public static PersonLease of(Caller caller, String issuer) throws UpstreamRefused {
        Person person = caller.principal().person();
        if (!person.issuer().equals(issuer)) {
            throw new UpstreamRefused("a person of another upstream");
        }
        return new PersonLease(person);
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
