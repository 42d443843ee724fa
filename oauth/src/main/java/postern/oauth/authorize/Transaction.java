package postern.oauth.authorize;

import postern.access.Scope;

import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One authorization on its way.
 *
 * @param idHash keyed hash of the id that only the consent form holds
 * @param redirectUri as requested, port included
 * @param state the client's, returned as it was
 */
record Transaction(
        byte[] idHash,
        byte[] browserHash,
        String clientId,
        String redirectUri,
        String registeredRedirectUri,
        Optional<String> state,
        Scope scope,
        String resource,
        String codeChallenge,
        Status status) {
    /** Where it stands. A terminal status stays. */
    enum Status {
        CONSENT,
        UPSTREAM,
        DONE;

        private static final Map<Status, Set<Status>> NEXT =
                Map.of(
                        CONSENT, Set.of(UPSTREAM, DONE),
                        // a second click on "Allow" starts the trip to the upstream anew
                        UPSTREAM, Set.of(UPSTREAM, DONE),
                        DONE, Set.of());

        boolean leadsTo(Status next) {
            return NEXT.get(this).contains(next);
        }
    }

    Transaction narrowedTo(Scope limit) {
        return new Transaction(
                idHash,
                browserHash,
                clientId,
                redirectUri,
                registeredRedirectUri,
                state,
                limit.covers(scope) ? scope : limit,
                resource,
                codeChallenge,
                status);
    }

    String idText() {
        return HexFormat.of().formatHex(idHash);
    }
}
