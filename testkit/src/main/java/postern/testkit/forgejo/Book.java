package postern.testkit.forgejo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Everything the forge remembers about people, applications and grants. Each method is atomic; a
 * handler that needs several holds this object's monitor.
 */
final class Book {
    /** A personal access token of a user. */
    record PersonalToken(long userId, Scopes scopes) {}

    private final Map<Long, DoubleUser> users = new LinkedHashMap<>();
    private final Map<String, DoubleApp> apps = new LinkedHashMap<>();
    private final Map<Long, Grant> grants = new LinkedHashMap<>();
    private final Map<String, IssuedCode> codes = new LinkedHashMap<>();
    private final Map<String, Session> sessions = new LinkedHashMap<>();
    private final Map<String, PersonalToken> personalTokens = new LinkedHashMap<>();
    private final Set<String> issued = new LinkedHashSet<>();
    private long lastId = 1;

    synchronized long nextId() {
        return ++lastId;
    }

    synchronized DoubleUser addUser(String login, String password) {
        if (user(login).isPresent()) {
            throw new IllegalArgumentException("login is taken");
        }
        String fullName = Character.toUpperCase(login.charAt(0)) + login.substring(1) + " Example";
        var user =
                new DoubleUser(
                        nextId(),
                        login,
                        password,
                        fullName,
                        login + "@example.org",
                        List.of(),
                        false,
                        false);
        users.put(user.id(), user);
        return user;
    }

    synchronized void replace(DoubleUser user) {
        users.put(user.id(), user);
    }

    /** With sessions, grants, tokens and the applications the person registered. */
    synchronized void deleteUser(long id) {
        users.remove(id);
        sessions.values().removeIf(session -> session.userId == id);
        grants.values().removeIf(grant -> grant.userId == id);
        personalTokens.values().removeIf(token -> token.userId() == id);
        apps.values().stream()
                .filter(app -> app.ownerId() == id)
                .toList()
                .forEach(app -> deleteApp(app.clientId()));
    }

    synchronized Optional<DoubleUser> user(String login) {
        return users.values().stream()
                .filter(user -> user.login().equalsIgnoreCase(login))
                .findFirst();
    }

    synchronized Optional<DoubleUser> user(long id) {
        return Optional.ofNullable(users.get(id));
    }

    synchronized DoubleApp addApp(
            long ownerId, String name, List<String> redirectUris, boolean confidential) {
        String secret = issue(Randoms.prefixed("gto_"));
        var app =
                new DoubleApp(
                        nextId(),
                        ownerId,
                        name,
                        Randoms.clientId(),
                        secret,
                        redirectUris,
                        confidential,
                        false);
        apps.put(app.clientId(), app);
        return app;
    }

    synchronized Optional<DoubleApp> app(String clientId) {
        return Optional.ofNullable(apps.get(clientId));
    }

    synchronized Optional<DoubleApp> app(long id) {
        return apps.values().stream().filter(app -> app.id() == id).findFirst();
    }

    synchronized List<DoubleApp> apps() {
        return List.copyOf(apps.values());
    }

    synchronized void replace(DoubleApp app) {
        apps.put(app.clientId(), app);
        issued.add(app.clientSecret());
    }

    synchronized void deleteApp(String clientId) {
        app(clientId)
                .ifPresent(app -> {
                    apps.remove(clientId);
                    grants.values().removeIf(grant -> grant.appId == app.id());
                });
    }

    synchronized Optional<Grant> grant(long userId, long appId) {
        return grants.values().stream()
                .filter(grant -> grant.userId == userId && grant.appId == appId)
                .findFirst();
    }

    synchronized Optional<Grant> grant(long id) {
        return Optional.ofNullable(grants.get(id));
    }

    synchronized Grant addGrant(long userId, long appId, String scope) {
        var grant = new Grant(nextId(), userId, appId, scope);
        grants.put(grant.id, grant);
        return grant;
    }

    synchronized void removeGrant(long id) {
        grants.remove(id);
    }

    synchronized String addCode(IssuedCode code) {
        String text = issue(Randoms.prefixed("gta_"));
        codes.put(text, code);
        return text;
    }

    synchronized Optional<IssuedCode> code(String text) {
        return Optional.ofNullable(codes.get(text));
    }

    synchronized void spendCode(String text) {
        codes.remove(text);
    }

    synchronized String addSession(Session session) {
        String id = Randoms.hex(8);
        sessions.put(id, session);
        return id;
    }

    synchronized Optional<Session> session(String id) {
        return Optional.ofNullable(sessions.get(id));
    }

    synchronized void removeSession(String id) {
        sessions.remove(id);
    }

    synchronized String addPersonalToken(long userId, Scopes scopes) {
        String token = issue(Randoms.hex(20));
        personalTokens.put(token, new PersonalToken(userId, scopes));
        return token;
    }

    synchronized Optional<PersonalToken> personalToken(String token) {
        return Optional.ofNullable(personalTokens.get(token));
    }

    synchronized String issue(String secret) {
        issued.add(secret);
        return secret;
    }

    synchronized List<String> issued() {
        return new ArrayList<>(issued);
    }
}
