package postern.http;

import java.util.Set;

/** Request methods that we know. Source: RFC 9110 §9. */
final class Methods {
    /** A route may serve these. */
    static final Set<String> ROUTABLE = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");

    /** Known, and answered with 405 where a path exists; anything else is 501. */
    static final Set<String> KNOWN =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT");

    private Methods() {}
}
