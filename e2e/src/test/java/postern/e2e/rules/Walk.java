package postern.e2e.rules;

import postern.testkit.oauth.Pkce;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/**
 * One sign-in, step by step. A later step goes through the earlier ones by itself; what a rule
 * changes, it changes before the first step.
 */
final class Walk {
    private final App app;
    private final Visitor visitor;
    private final Pkce pkce = Pkce.create();
    private Params request;
    private Answer consent;

    Walk(App app, Visitor visitor) {
        this.app = app;
        this.visitor = visitor;
        this.request = app.authorization(pkce);
    }

    Walk with(String name, String value) {
        request = request.with(name, value);
        return this;
    }

    Walk and(String name, String value) {
        request = request.and(name, value);
        return this;
    }

    Walk without(String name) {
        request = request.without(name);
        return this;
    }

    App app() {
        return app;
    }

    Visitor visitor() {
        return visitor;
    }

    Pkce pkce() {
        return pkce;
    }

    Params request() {
        return request;
    }

    /** The consent page. */
    Answer open() throws IOException {
        if (consent == null) {
            consent = visitor.get("/oauth/authorize?" + request.encoded());
        }
        return consent;
    }

    /** The consent form, filled in as found. */
    Form form() throws IOException {
        Answer page = open().is(200);
        return Form.in(page).orElseThrow(() -> new AssertionError("expected a form: " + page));
    }

    Params allowed() throws IOException {
        return form().hidden().with("decision", "allow");
    }

    Params denied() throws IOException {
        return form().hidden().with("decision", "deny");
    }

    /** What the press of Allow brings: the way to the forge. */
    Answer allow() throws IOException {
        return visitor.post("/oauth/consent", allowed());
    }

    Answer deny() throws IOException {
        return visitor.post("/oauth/consent", denied());
    }

    /** The address at which the forge sends the browser back; path and query. */
    String callback() throws IOException {
        URI back = visitor.signIn(allow().isRedirect().header("Location"));
        return back.getRawPath() + "?" + back.getRawQuery();
    }

    /** What the browser gets when it comes back, later pages of ours agreed to. */
    Answer finish(String callback) throws IOException {
        Answer answer = visitor.get(callback);
        for (int page = 0; page < 3 && answer.status() == 200; page++) {
            Optional<Form> next = Form.in(answer);
            if (next.isEmpty()) break;
            answer = visitor.post(next.get().action(), next.get().approved());
        }
        return answer;
    }

    Answer finish() throws IOException {
        return finish(callback());
    }

    String code() throws IOException {
        Answer answer = finish();
        Params back = answer.location();
        String location = answer.header("Location");
        answer.require(location.startsWith(app.redirectUri()), "back to " + app.redirectUri());
        return back.value("code");
    }

    Granted tokens() throws IOException {
        String code = code();
        Answer answer = app.token(app.redemption(code, pkce)).is(200);
        return new Granted(app, this, code, answer);
    }
}
