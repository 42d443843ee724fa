package postern.oauth.authorize;

import postern.access.Scope;
import postern.oauth.account.Approval;
import postern.vault.Purpose;

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
 * @param scope what was asked for; from the consent on, what was agreed
 * @param remember the person does not want to be asked again
 * @param approvedFor whose remembered approval stood in for the consent page
 * @param trip how often the browser was sent to the upstream; only the last trip leads anywhere
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
        Status status,
        boolean remember,
        Optional<Long> approvedFor,
        int trip) {
    /** Where it stands. */
    enum Status {
        CONSENT,
        UPSTREAM,
        /** The browser is back; the upstream is being asked who it is. */
        RETURNED,
        /** The person has signed in and is asked once more. */
        REVIEW,
        DONE;

        private static final Map<Status, Set<Status>> NEXT =
                Map.of(
                        CONSENT, Set.of(UPSTREAM, DONE),
                        // a second click on "Allow" starts the trip to the upstream anew
                        UPSTREAM, Set.of(UPSTREAM, RETURNED, DONE),
                        // or it was sent before the answer to the first had come
                        RETURNED, Set.of(UPSTREAM, REVIEW, DONE),
                        REVIEW, Set.of(UPSTREAM, DONE),
                        // only while what it led to was not used, see Transactions.unused
                        DONE, Set.of(UPSTREAM));

        boolean leadsTo(Status next) {
            return NEXT.get(this).contains(next);
        }
    }

    Transaction approvedFor(long person) {
        return new Transaction(
                idHash,
                browserHash,
                clientId,
                redirectUri,
                registeredRedirectUri,
                state,
                scope,
                resource,
                codeChallenge,
                status,
                remember,
                Optional.of(person),
                trip);
    }

    /** On its way to the upstream once more, with what the person agreed to. */
    Transaction sent(Scope granted, boolean remembering) {
        return new Transaction(
                idHash,
                browserHash,
                clientId,
                redirectUri,
                registeredRedirectUri,
                state,
                granted,
                resource,
                codeChallenge,
                Status.UPSTREAM,
                remembering,
                approvedFor,
                trip + 1);
    }

    /** All that a MAC over the row covers: what is asked, by whom, and what was agreed. */
    Purpose row() {
        return Purpose.of(
                "authorization_transaction",
                idText(),
                HexFormat.of().formatHex(browserHash),
                clientId,
                redirectUri,
                registeredRedirectUri,
                state.isPresent() ? "state" : "no state",
                state.orElse(""),
                scope.toString(),
                resource,
                codeChallenge,
                Boolean.toString(remember),
                approvedFor.map(person -> Long.toString(person)).orElse(""),
                Integer.toString(trip));
    }

    /** What {@code person} agrees to with this. */
    Approval approvalOf(long person) {
        return new Approval(person, clientId, redirectUri, resource, scope);
    }

    String idText() {
        return HexFormat.of().formatHex(idHash);
    }
}
