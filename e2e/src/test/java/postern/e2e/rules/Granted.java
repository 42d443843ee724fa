package postern.e2e.rules;

import java.io.IOException;

/** What a client holds after a sign-in or a refresh. */
record Granted(App app, Walk walk, String code, Answer answer) {
    String access() {
        return answer.json().path("access_token").asText();
    }

    String refresh() {
        return answer.json().path("refresh_token").asText();
    }

    Answer renew() throws IOException {
        return app.refresh(refresh());
    }

    /** After a successful refresh. */
    Granted renewed() throws IOException {
        return new Granted(app, walk, code, renew().is(200));
    }

    boolean works() throws IOException {
        return app.site().accepts(access());
    }

    /** Neither token is good any more. */
    void requireDead() throws IOException {
        Expect.that(!works(), "the access token is dead");
        renew().refuses(400, "invalid_grant");
    }

    void requireAlive() throws IOException {
        Expect.that(works(), "the access token is alive");
    }
}
