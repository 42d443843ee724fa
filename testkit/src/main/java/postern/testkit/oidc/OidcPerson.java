package postern.testkit.oidc;

import java.util.List;
import java.util.Optional;

/**
 * Somebody who can sign in at the double.
 *
 * @param username empty: the provider has no preferred_username for them
 */
public record OidcPerson(String subject, Optional<String> username, List<String> groups) {
    public OidcPerson {
        groups = List.copyOf(groups);
    }

    public static OidcPerson of(String subject, String username, String... groups) {
        return new OidcPerson(subject, Optional.of(username), List.of(groups));
    }
}
