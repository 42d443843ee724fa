package postern.oauth;

import postern.access.GrantId;
import postern.access.LiveSession;
import postern.access.LiveSessions;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Sessions that run nothing. */
public final class TestLiveSessions implements LiveSessions {
    private final Map<GrantId, Set<String>> handles = new ConcurrentHashMap<>();

    public void begin(GrantId grant, String handle) {
        handles.computeIfAbsent(grant, unused -> ConcurrentHashMap.newKeySet()).add(handle);
    }

    @Override
    public List<LiveSession> of(GrantId grant) {
        return handles.getOrDefault(grant, Set.of()).stream()
                .map(handle ->
                        new LiveSession(
                                handle, "whoami", Duration.ofMinutes(5), Duration.ofMinutes(1)))
                .toList();
    }

    @Override
    public boolean end(GrantId grant, String handle) {
        return handles.getOrDefault(grant, Set.of()).remove(handle);
    }

    @Override
    public void suspend(GrantId grant) {
        handles.remove(grant);
    }
}
