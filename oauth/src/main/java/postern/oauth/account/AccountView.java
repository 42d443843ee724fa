package postern.oauth.account;

import postern.access.EndedGrant;
import postern.access.LiveGrant;
import postern.access.LiveSession;
import postern.access.Person;
import postern.oauth.client.Client;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the account page shows.
 *
 * @param administrator of this installation, by a check that counts still
 * @param formToken for every form on it
 */
record AccountView(
        Person person,
        boolean administrator,
        List<Access> accesses,
        List<Unasked> unasked,
        List<Ended> ended,
        String formToken,
        Instant now) {
    /** A grant with what runs for it; the client is empty when its registration is gone. */
    record Access(LiveGrant grant, Optional<Client> client, List<LiveSession> sessions) {}

    /** A remembered approval. */
    record Unasked(Approvals.Remembered remembered, Optional<Client> client) {}

    /** A grant that is over. */
    record Ended(EndedGrant grant, Optional<Client> client) {}
}
