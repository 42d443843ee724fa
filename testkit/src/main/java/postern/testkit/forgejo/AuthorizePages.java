package postern.testkit.forgejo;

import java.util.Map;
import java.util.Optional;

/** The authorize and consent pages, check by check in the order of section A2. */
final class AuthorizePages {
    private final Conduct conduct;
    private final Book book;
    private final Site site;
    private final SignInPages signIn;
    private final AuthorizeAnswers answers;

    AuthorizePages(Conduct conduct, Book book, Site site, SignInPages signIn) {
        this.conduct = conduct;
        this.book = book;
        this.site = site;
        this.signIn = signIn;
        this.answers = new AuthorizeAnswers(book);
    }

    void authorize(Exchange exchange) {
        Session session = signIn.session(exchange);
        if (exchange.method().equals("POST") && signIn.isForged(exchange, session)) {
            return;
        }
        Optional<DoubleUser> user = book.user(session.userId);
        if (user.isEmpty()) {
            signIn.demand(exchange);
        } else if (user.get().prohibited()) {
            exchange.html(200, Pages.prohibited());
        } else if (user.get().mustChangePassword()) {
            exchange.redirect(site.localLink("/user/settings/change_password"));
        } else {
            synchronized (book) {
                authorize(exchange, session, user.get());
            }
        }
    }

    private void authorize(Exchange exchange, Session session, DoubleUser user) {
        Map<String, String> request = exchange.fields();
        Optional<DoubleApp> known = book.app(request.getOrDefault("client_id", ""));
        if (known.isEmpty()) {
            exchange.html(400, Pages.refused("Client ID not registered"));
            return;
        }
        DoubleApp app = known.get();
        String redirectUri = request.getOrDefault("redirect_uri", "");
        if (!app.allows(redirectUri)) {
            exchange.html(400, Pages.refused("Unregistered Redirect URI"));
            return;
        }
        Optional<String[]> error = requestError(request, app);
        if (error.isPresent()) {
            AuthorizeAnswers.refuse(exchange, redirectUri, request, error.get()[0], error.get()[1]);
            return;
        }
        Optional<Grant> grant = book.grant(user.id(), app.id());
        if (app.skipsSecondConsent(conduct.personality()) && grant.isPresent()) {
            // No consent, and most releases do not even look at the requested scope.
            if (conduct.personality().updatesScopeSilently()) {
                grant.get().scope = request.getOrDefault("scope", "");
            }
            String challenge = request.getOrDefault("code_challenge", "");
            String method = request.getOrDefault("code_challenge_method", "");
            var code = new IssuedCode(grant.get().id, redirectUri, challenge, method);
            rememberNonce(grant.get(), request);
            answers.succeed(exchange, code, request);
            return;
        }
        fillSlots(session, request);
        exchange.html(
                200,
                Pages.consent(
                        site,
                        signIn.csrf(session),
                        app,
                        request.getOrDefault("state", ""),
                        request.getOrDefault("scope", ""),
                        request.getOrDefault("nonce", ""),
                        redirectUri));
    }

    private static Optional<String[]> requestError(Map<String, String> request, DoubleApp app) {
        if (!request.getOrDefault("response_type", "").equals("code")) {
            return Optional.of(
                    new String[] {
                        "unsupported_response_type", "Only code response type is supported."
                    });
        }
        return switch (request.getOrDefault("code_challenge_method", "")) {
            case "S256", "plain" -> Optional.empty();
            case "" ->
                    app.confidential()
                            ? Optional.empty()
                            : Optional.of(
                                    new String[] {
                                        "invalid_request", "PKCE is required for public clients"
                                    });
            default ->
                    Optional.of(
                            new String[] {"invalid_request", "unsupported code challenge method"});
        };
    }

    /** One slot per session; a request without a method inherits what an older one left. */
    private void fillSlots(Session session, Map<String, String> request) {
        session.clientId = request.getOrDefault("client_id", "");
        session.redirectUri = request.getOrDefault("redirect_uri", "");
        session.state = request.getOrDefault("state", "");
        String method = request.getOrDefault("code_challenge_method", "");
        if (conduct.personality().keepsChallengeOverConsent()) {
            if (!method.isEmpty()) {
                session.challenge = request.getOrDefault("code_challenge", "");
                session.challengeMethod = method;
            }
        } else if (method.equals("plain")) {
            // Seen by running: S256 is forgotten, plain remembers its own name as the challenge.
            session.challenge = method;
            session.challengeMethod = method;
        }
    }

    void consent(Exchange exchange) {
        Session session = signIn.session(exchange);
        if (!session.isSignedIn()) {
            signIn.demand(exchange);
            return;
        }
        if (signIn.isForged(exchange, session)) {
            return;
        }
        synchronized (book) {
            consent(exchange, session, exchange.fields());
        }
    }

    private void consent(Exchange exchange, Session session, Map<String, String> form) {
        String redirectUri = form.getOrDefault("redirect_uri", "");
        Optional<DoubleApp> app = book.app(form.getOrDefault("client_id", ""));
        boolean isThePageShown =
                session.clientId.equals(form.getOrDefault("client_id", ""))
                        && session.state.equals(form.getOrDefault("state", ""))
                        && session.redirectUri.equals(redirectUri);
        if (!isThePageShown || app.isEmpty()) {
            exchange.text(400, "Bad Request\n");
            return;
        }
        if (!form.getOrDefault("granted", "").equals("true")) {
            AuthorizeAnswers.refuse(
                    exchange, redirectUri, form, "access_denied", "the request is denied");
            return;
        }
        // The scope comes from the browser, so a person can edit it (section A2, pitfalls).
        String scope = form.getOrDefault("scope", "");
        Optional<Grant> existing = book.grant(session.userId, app.get().id());
        if (conduct.personality().updatesScopeSilently()) {
            existing.ifPresent(grant -> grant.scope = scope);
        }
        if (existing.isPresent() && !existing.get().scope.equals(scope)) {
            AuthorizeAnswers.refuse(
                    exchange,
                    redirectUri,
                    form,
                    "server_error",
                    "a grant exists with different scope");
            return;
        }
        Grant grant =
                existing.orElseGet(() -> book.addGrant(session.userId, app.get().id(), scope));
        rememberNonce(grant, form);
        var code =
                new IssuedCode(grant.id, redirectUri, session.challenge, session.challengeMethod);
        answers.succeed(exchange, code, form);
    }

    private static void rememberNonce(Grant grant, Map<String, String> request) {
        String nonce = request.getOrDefault("nonce", "");
        if (!nonce.isEmpty()) {
            grant.nonce = nonce;
        }
    }
}
