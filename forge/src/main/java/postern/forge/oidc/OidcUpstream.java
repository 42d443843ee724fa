package postern.forge.oidc;

import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.access.Caller;
import postern.access.UpstreamAccess;
import postern.access.UpstreamLease;
import postern.access.UpstreamRefused;
import postern.access.UpstreamUnavailable;
import postern.core.Check;
import postern.core.Ticker;
import postern.forge.ForgeHttp;
import postern.forge.PersonLease;
import postern.forge.PreparedSignIn;
import postern.forge.SignInAnswer;
import postern.forge.SignInRequest;
import postern.forge.SignedIn;
import postern.forge.Upstream;

import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An OpenID Connect provider, by the code flow with PKCE. Nothing of what it hands out is kept, and
 * children reach nothing through it. Closing ends requests under way.
 */
public final class OidcUpstream implements Upstream, UpstreamAccess, AutoCloseable {
    private static final Pattern STATE = Pattern.compile("[A-Za-z0-9._~-]{1,200}");

    private final OidcConfig config;
    private final InstantSource clock;
    private final ForgeHttp http;
    private final Provider provider;
    private final TokenEndpoint endpoint;
    private final UserInfo userInfo;

    public OidcUpstream(OidcConfig config, InstantSource clock, Ticker ticker) {
        this.config = config;
        this.clock = clock;
        this.http = ForgeHttp.toAnyAddress(config.timeout());
        this.provider = new Provider(new ProviderDocuments(config, http), ticker);
        this.endpoint = new TokenEndpoint(http, config);
        this.userInfo = new UserInfo(http, config);
    }

    /** Asks the provider what it says of itself; whoever calls does not wait for the answer. */
    public void lookAhead() {
        provider.lookAhead();
    }

    /** To the byte what the operator wrote, and the provider writes. */
    @Override
    public String issuer() {
        return config.issuer();
    }

    @Override
    public String displayName() {
        return config.shownName();
    }

    /**
     * Any site: providers pass people on to others (a company's own sign-in, a social one), and
     * only they know which.
     */
    @Override
    public Optional<String> signInSources() {
        return Optional.of(OidcConfig.isSecure(config.issuerUrl()) ? "https:" : "https: http:");
    }

    @Override
    public URI signInUri(SignInRequest request) throws UpstreamUnavailable {
        Check.that(
                STATE.matcher(request.state()).matches(), "state", "must be short and unreserved");
        String endpoint = provider.metadata().authorizationEndpoint().toString();
        return URI.create(
                endpoint
                        + (endpoint.contains("?") ? "&" : "?")
                        + "response_type=code&client_id="
                        + encoded(config.clientId())
                        + "&redirect_uri="
                        + encoded(config.callback().toString())
                        + "&scope="
                        + encoded(config.scopes())
                        + "&state="
                        + request.state()
                        + "&nonce="
                        + TripProofs.nonce(request.codeVerifier())
                        + "&code_challenge="
                        + TripProofs.challenge(request.codeVerifier())
                        + "&code_challenge_method=S256");
    }

    private static String encoded(String text) {
        return ForgeHttp.encode(text).replace("+", "%20");
    }

    @Override
    public SignedIn finish(SignInAnswer answer, SignInRequest request)
            throws UpstreamRefused, UpstreamUnavailable {
        ProviderMetadata metadata = provider.metadata();
        refuseMixUp(metadata, answer);
        TokenEndpoint.Answer tokens =
                endpoint.redeem(metadata, answer.code(), request.codeVerifier());
        var expected =
                new IdTokenChecks.Expected(
                        config.issuer(),
                        config.clientId(),
                        TripProofs.nonce(request.codeVerifier()),
                        tokens.accessToken(),
                        metadata.algorithms(),
                        clock.instant());
        IdToken token = tokens.idToken();
        SigningAlgorithm algorithm = IdTokenChecks.ofHeader(token, expected);
        provider.checkSignature(token, algorithm);
        IdTokenChecks.ofClaims(token, expected);
        ObjectNode claims = userInfo.completed(token.claims(), metadata, tokens.accessToken());
        return new SignedIn(
                claims.path("sub").asText(),
                PersonClaims.login(claims),
                PersonClaims.groups(claims),
                Optional.empty());
    }

    /** RFC 9207 section 2.4, before the code goes anywhere: it may be another provider's. */
    private void refuseMixUp(ProviderMetadata metadata, SignInAnswer answer)
            throws UpstreamRefused {
        boolean due = metadata.namesItself() || answer.issuer().isPresent();
        if (due && !answer.issuer().equals(Optional.of(config.issuer()))) {
            throw new UpstreamRefused("the answer to the browser names another iss, or none");
        }
    }

    /** Nothing is kept: a grant lasts as long as its own rules say. */
    @Override
    public PreparedSignIn prepare(SignedIn signedIn) {
        return PreparedSignIn.NOTHING;
    }

    @Override
    public void forget(Instant now) {
        // nothing was kept
    }

    @Override
    public UpstreamLease lease(Caller caller) throws UpstreamRefused {
        return PersonLease.of(caller, config.issuer());
    }

    @Override
    public void close() {
        http.close();
    }
}
