package postern.oauth.account;

import java.time.Instant;

/**
 * A browser of a signed-in person.
 *
 * @param id as the cookie holds it; never stored or logged
 */
public record AccountSession(String id, byte[] idHash, long personId, Instant lastUsed) {
    @Override
    public String toString() {
        return "AccountSession(person " + personId + ")";
    }
}
