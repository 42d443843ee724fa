package postern.oauth.client;

import postern.core.Ticker;
import postern.http.BasicCredentials;
import postern.http.FormParams;
import postern.http.HttpError;
import postern.http.Request;
import postern.oauth.OAuthError;
import postern.vault.Vault;

import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Which resource server sends an introspection request (RFC 7662 section 2.1). */
public final class ResourceServers {
    private final Map<String, ResourceServer> byId;
    private final Vault vault;
    private final Failures failures;

    public ResourceServers(List<ResourceServer> servers, Vault vault, Ticker ticker) {
        this.byId =
                servers.stream()
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        ResourceServer::id, Function.identity()));
        this.vault = vault;
        this.failures = new Failures(ticker);
    }

    /**
     * @throws OAuthError invalid_client for all that is not proved, invalid_request for two ways
     * @throws HttpError 429 after too many failures
     */
    public ResourceServer authenticate(Request request, FormParams form) {
        Optional<BasicCredentials> basic = ClientAuthentication.basic(request.headers());
        Optional<String> posted = form.single("client_secret");
        if (basic.isPresent() && posted.isPresent()) {
            throw OAuthError.invalidRequest(
                    "use one way of client authentication", "two ways of authentication");
        }
        Optional<ResourceServer> server =
                basic.map(BasicCredentials::id).or(() -> form.single("client_id")).map(byId::get);
        String guesser = Failures.key(request, server.map(ResourceServer::id));
        failures.refuseAfterMany(guesser);
        byte[] given =
                basic.map(b -> b.secret().useText(this::hash))
                        .orElseGet(() -> hash(posted.orElse("")));
        byte[] expected =
                server.map(known -> known.secret().useText(this::hash)).orElse(new byte[32]);
        if (!MessageDigest.isEqual(expected, given)) {
            failures.count(guesser);
            throw OAuthError.invalidClient("resource server not proved");
        }
        return server.orElseThrow();
    }

    private byte[] hash(String secret) {
        return ClientAuthentication.hash(vault, secret);
    }
}
