package postern.testkit.forgejo;

import postern.testkit.wire.WireServer;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * What an administrator does to the forge and its people while it runs. All methods may be called
 * from any thread; an unknown login or client id is an {@link IllegalArgumentException}.
 */
public final class ForgejoOperator {
    private final Conduct conduct;
    private final Book book;
    private final Repositories repositories;
    private final WireServer server;

    ForgejoOperator(Conduct conduct, Book book, Repositories repositories, WireServer server) {
        this.conduct = conduct;
        this.book = book;
        this.repositories = repositories;
        this.server = server;
    }

    /** From the next request on the forge answers as another release, as after an upgrade. */
    public void become(Personality personality) {
        conduct.become(personality);
    }

    /** Moves the forge's time of day: the Date header, and what tokens are dated and judged by. */
    public void skewClock(Duration skew) {
        conduct.skewClock(skew);
    }

    /** REQUIRE_SIGNIN_VIEW: the API answers 403 to everybody without a token. */
    public void requireSignIn(boolean required) {
        conduct.requireSignIn(required);
    }

    /** Closes listener and connections, until {@link #acceptConnections}. */
    public void refuseConnections() throws IOException {
        server.refuseConnections();
    }

    /**
     * Listens again on the same port.
     *
     * @throws IOException another process has taken the port meanwhile
     */
    public void acceptConnections() throws IOException {
        server.acceptConnections();
    }

    /** Whether the person is prohibited from signing in (sections A7 and A10). */
    public void prohibit(String login, boolean prohibited) {
        book.replace(user(login).prohibited(prohibited));
    }

    public void mustChangePassword(String login, boolean must) {
        book.replace(user(login).mustChangePassword(must));
    }

    /** Removes the person with grants, tokens, repositories and own applications. */
    public void deleteUser(String login) {
        long id = user(login).id();
        book.deleteUser(id);
        repositories.deleteOwnedBy(id);
    }

    /** Somebody else takes over the login of a deleted person: same words, another id. */
    public DoubleUser replaceUser(String login) {
        DoubleUser before = user(login);
        deleteUser(login);
        DoubleUser after = book.addUser(before.login(), before.password());
        repositories.seed(after);
        return after;
    }

    /** Adds an {@code org}, or an {@code org:team} with its {@code org}. */
    public void join(String login, String group) {
        book.replace(user(login).joins(group));
    }

    /** Takes away an {@code org:team}, or an {@code org} with all its teams. */
    public void leave(String login, String group) {
        book.replace(user(login).leaves(group));
    }

    public void setRedirectUris(String clientId, List<String> redirectUris) {
        book.replace(app(clientId).withRedirectUris(redirectUris));
    }

    /** Gitea's {@code skip_secondary_authorization}. */
    public void trust(String clientId, boolean trusted) {
        book.replace(app(clientId).withTrust(trusted));
    }

    /**
     * Changes what a person granted to an application, as a Gitea does that updates scopes.
     *
     * @throws IllegalArgumentException there is no such grant
     */
    public void setGrantScope(String login, String clientId, String scope) {
        synchronized (book) {
            book.grant(user(login).id(), app(clientId).id())
                            .orElseThrow(() -> new IllegalArgumentException("no such grant"))
                            .scope =
                    scope;
        }
    }

    private DoubleUser user(String login) {
        return book.user(login)
                .orElseThrow(() -> new IllegalArgumentException("no user has this login"));
    }

    private DoubleApp app(String clientId) {
        return book.app(clientId)
                .orElseThrow(() -> new IllegalArgumentException("no app has this client id"));
    }
}
