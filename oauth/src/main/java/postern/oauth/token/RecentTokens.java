package postern.oauth.token;

import postern.access.RefreshRecord;
import postern.vault.TokenLookup;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of refresh tokens that were issued a while ago, so that their use need not read it.
 * Nothing is granted on its word: the transaction that retires a token asks whether it is still the
 * newest of a live grant, and whoever fails there is judged by what the database says. Bounded; the
 * eldest goes first. Safe for any number of threads.
 */
final class RecentTokens {
    static final int MAX = 4_096;

    private final Map<TokenLookup, RefreshRecord> records = new LinkedHashMap<>();

    synchronized void add(TokenLookup token, RefreshRecord record) {
        if (records.size() == MAX) records.remove(records.keySet().iterator().next());
        records.put(token, record);
    }

    /** Forgets it as well: a token is used once. */
    synchronized Optional<RefreshRecord> take(TokenLookup token) {
        return Optional.ofNullable(records.remove(token));
    }
}
