package postern.oauth;

import postern.access.Scope;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads the {@code scope} parameter (RFC 6749 section 3.3). */
public final class RequestedScope {
    /** Some clients add it on their own; refresh tokens are always issued here. */
    private static final String OFFLINE_ACCESS = "offline_access";

    private RequestedScope() {}

    /** {@code otherwise} when nothing of ours is asked for; empty when a value is unknown. */
    public static Optional<Scope> of(Optional<String> parameter, Scope otherwise) {
        String known =
                Arrays.stream(parameter.orElse("").split(" ", -1))
                        .filter(word -> !word.equals(OFFLINE_ACCESS))
                        .collect(Collectors.joining(" "));
        return known.isEmpty() ? Optional.of(otherwise) : Scope.parse(known);
    }
}
