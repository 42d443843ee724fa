package postern.oauth.client;

import postern.core.Ticker;
import postern.http.BadCredentials;
import postern.http.BasicCredentials;
import postern.http.FormParams;
import postern.http.Headers;
import postern.http.HttpError;
import postern.http.Request;
import postern.oauth.OAuthError;
import postern.vault.Vault;

import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Which client sends a token or revocation request (OAuth 2.1 section 2.4). */
public final class ClientAuthentication {
    private final Clients clients;
    private final Vault vault;
    private final Failures failures;
    private final RecentClients recent;
    private final List<Rule> rules;

    public ClientAuthentication(Clients clients, Vault vault, Ticker ticker) {
        this(clients, vault, ticker, rules());
    }

    ClientAuthentication(Clients clients, Vault vault, Ticker ticker, List<Rule> rules) {
        this.clients = clients;
        this.vault = vault;
        this.failures = new Failures(ticker);
        this.recent = new RecentClients(ticker);
        this.rules = List.copyOf(rules);
    }

    /**
     * What the request carries, before any look-up.
     *
     * @param assertion RFC 7523, which no client can be registered for
     */
    record Presented(
            Optional<BasicCredentials> basic,
            Optional<String> id,
            Optional<String> secret,
            boolean assertion) {}

    /** A rule about what was presented, and the client if one was found. */
    interface Rule {
        void check(Presented presented, Optional<Client> client, ClientAuthentication self);
    }

    static List<Rule> rules() {
        return List.of(
                ClientAuthentication::oneMechanism, // OAuth 2.1 §2.4
                ClientAuthentication::oneIdentity, // H14
                ClientAuthentication::known, // H11
                ClientAuthentication::registeredMethod, // H15
                ClientAuthentication::rightSecret); // OAuth 2.1 §2.4.1
    }

    /**
     * @throws OAuthError invalid_request for contradictions, invalid_client for everything that is
     *     not proved, with one text
     * @throws HttpError 429 after too many failures of a client that has a secret, from this caller
     */
    public Client authenticate(Request request, FormParams form) {
        var presented =
                new Presented(
                        basic(request.headers()),
                        form.single("client_id"),
                        form.single("client_secret"),
                        form.single("client_assertion").isPresent());
        if (presented.basic.isEmpty() && presented.id.isEmpty()) {
            throw OAuthError.invalidRequest("client_id is missing", "no client identification");
        }
        String id = presented.basic.map(BasicCredentials::id).or(presented::id).orElseThrow();
        Optional<Client> client = recent.find(id, clients::find);
        // without a secret there is nothing to guess, and nobody is shut out by failing in the name
        // of a public client; an unknown id is always told so, since then the client registers anew
        Optional<String> guesser =
                client.filter(known -> known.secretHash().isPresent())
                        .map(known -> Failures.key(request, Optional.of(known.id())));
        guesser.ifPresent(failures::refuseAfterMany);
        try {
            rules.forEach(rule -> rule.check(presented, client, this));
        } catch (OAuthError refused) {
            if (refused.code() == OAuthError.Code.INVALID_CLIENT) {
                guesser.ifPresent(failures::count);
            }
            throw refused;
        }
        return client.orElseThrow();
    }

    static Optional<BasicCredentials> basic(Headers headers) {
        try {
            return BasicCredentials.of(headers);
        } catch (BadCredentials malformed) {
            throw OAuthError.invalidClient("malformed Basic credentials");
        }
    }

    private static void oneMechanism(
            Presented presented, Optional<Client> client, ClientAuthentication self) {
        long mechanisms =
                Stream.of(
                                presented.basic.isPresent(),
                                presented.secret.isPresent(),
                                presented.assertion)
                        .filter(used -> used)
                        .count();
        if (mechanisms > 1) {
            throw OAuthError.invalidRequest(
                    "use one way of client authentication", "two ways of authentication");
        }
    }

    private static void oneIdentity(
            Presented presented, Optional<Client> client, ClientAuthentication self) {
        if (presented.basic.isPresent()
                && presented.id.isPresent()
                && !presented.basic.get().id().equals(presented.id.get())) {
            throw OAuthError.invalidRequest(
                    "client_id and Authorization name different clients", "two client ids");
        }
    }

    private static void known(
            Presented presented, Optional<Client> client, ClientAuthentication self) {
        if (client.isPresent()) return;
        // the work of a wrong secret, so that the time taken does not tell known ids
        isSecret(self.vault, presented, new byte[32]);
        throw OAuthError.invalidClient("unknown client");
    }

    private static void registeredMethod(
            Presented presented, Optional<Client> client, ClientAuthentication self) {
        AuthMethod used =
                presented.basic.isPresent()
                        ? AuthMethod.CLIENT_SECRET_BASIC
                        : presented.secret.isPresent()
                                ? AuthMethod.CLIENT_SECRET_POST
                                : AuthMethod.NONE;
        if (presented.assertion || client.orElseThrow().authMethod() != used) {
            throw OAuthError.invalidClient("another authentication method than the registered one");
        }
    }

    private static void rightSecret(
            Presented presented, Optional<Client> client, ClientAuthentication self) {
        Optional<byte[]> expected = client.orElseThrow().secretHash();
        if (expected.isEmpty()) return;
        if (!isSecret(self.vault, presented, expected.get())) {
            throw OAuthError.invalidClient("wrong client secret");
        }
    }

    private static boolean isSecret(Vault vault, Presented presented, byte[] expectedHash) {
        byte[] given =
                presented
                        .basic
                        .map(basic -> basic.secret().useText(text -> hash(vault, text)))
                        .orElseGet(() -> hash(vault, presented.secret.orElse("")));
        return MessageDigest.isEqual(expectedHash, given);
    }

    static byte[] hash(Vault vault, String secret) {
        return vault.keyedHash("client-secret", secret);
    }
}
