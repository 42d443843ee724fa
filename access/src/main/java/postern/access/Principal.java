package postern.access;

/**
 * Who a request acts for: a person through a grant.
 *
 * @param scope what the presented token allows, at most what the grant does
 * @param resource the endpoint that the token is for
 */
public record Principal(
        GrantId grant, Person person, String clientId, Scope scope, String resource) {}
