package postern.oauth.authorize;

import postern.http.FormParams;
import postern.oauth.OAuthConfig;
import postern.oauth.client.Client;

import java.util.Optional;

/**
 * An authorization request as it came in, with the client that it names, if there is one.
 *
 * @param params of the query, each at most once where a rule has said so
 */
record Inquiry(FormParams params, Optional<Client> client, OAuthConfig config) {
    /** The first value, for parameters that {@link AuthorizeChecks} has found not repeated. */
    Optional<String> value(String name) {
        return params.all(name).stream().findFirst();
    }
}
