package postern.oauth.token;

import postern.access.GrantId;
import postern.access.RefreshRecord;
import postern.vault.Token;
import postern.vault.TokenLookup;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of refresh tokens that were issued a while ago, so that their use need not read it:
 * one of each grant, since a grant has one that is good. Nothing is granted on its word: the
 * transaction that retires a token asks whether its row is still the same and its grant lives, and
 * whoever fails there is judged by what the database says. Bounded; the eldest goes first. Safe for
 * any number of threads.
 */
final class RecentTokens {
    static final int MAX = 4_096;

    private record Known(TokenLookup token, RefreshRecord record) {}

    private final Map<GrantId, Known> newest = new LinkedHashMap<>();

    synchronized void add(TokenLookup token, RefreshRecord record) {
        GrantId grant = record.grant().id();
        newest.remove(grant);
        if (newest.size() == MAX) newest.remove(newest.keySet().iterator().next());
        newest.put(grant, new Known(token, record));
    }

    /** Forgets it as well: a token is used once. */
    synchronized Optional<RefreshRecord> take(Token token) {
        var grant = new GrantId(token.grantId().orElseThrow());
        Known known = newest.get(grant);
        if (known == null || !known.token.equals(token.lookup())) return Optional.empty();
        newest.remove(grant);
        return Optional.of(known.record);
    }

    /** Of a grant that has ended nothing is kept. */
    synchronized void forget(GrantId grant) {
        newest.remove(grant);
    }
}
