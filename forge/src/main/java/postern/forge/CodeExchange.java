package postern.forge;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.access.UpstreamRefused;
import postern.access.UpstreamUnavailable;
import postern.core.Secret;
import postern.core.Undo;

import java.util.Optional;

/**
 * From the code that a browser brought back to who signed in, and with which tokens. Forgejo spends
 * the person's stored refresh token with this exchange. So the new set is stored for grants that
 * the person already has before anybody is told of it.
 */
final class CodeExchange implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CodeExchange.class);

    private final TokenEndpoint endpoint;
    private final ClientRefusals client;
    private final Identity identity;
    private final SignInsUnderWay signIns;
    private final SignInSets sets;
    private final LateSignIns late = new LateSignIns();

    CodeExchange(
            TokenEndpoint endpoint,
            ClientRefusals client,
            Identity identity,
            SignInsUnderWay signIns,
            SignInSets sets) {
        this.endpoint = endpoint;
        this.client = client;
        this.identity = identity;
        this.signIns = signIns;
        this.sets = sets;
    }

    /** As {@link Upstream#finish}. */
    SignedIn redeem(String code, SignInRequest request)
            throws UpstreamRefused, UpstreamUnavailable {
        try (var undo = new Undo()) {
            var underWay = undo.own(signIns.begin());
            TokenSet bare = tokens(code, request.codeVerifier());
            try {
                return named(bare, underWay);
            } catch (UpstreamUnavailable later) {
                if (late.takeOver(underWay, () -> named(bare, underWay))) undo.release();
                throw later;
            }
        }
    }

    private SignedIn named(TokenSet bare, SignInsUnderWay.SignIn underWay)
            throws UpstreamRefused, UpstreamUnavailable {
        Identity.Who who = identity.userinfo(bare.accessToken());
        TokenSet tokens = bare.withScope(identity.grantedScope(bare.accessToken()));
        sets.keepForKnown(who, tokens, underWay);
        return new SignedIn(who.upstreamId(), who.login(), who.groups(), Optional.of(tokens));
    }

    private TokenSet tokens(String code, Secret codeVerifier)
            throws UpstreamRefused, UpstreamUnavailable {
        return switch (endpoint.redeem(code, codeVerifier)) {
            case TokenAnswer.Fresh(TokenSet tokens) -> {
                client.accepted();
                yield tokens;
            }
            case TokenAnswer.Refused no ->
                    throw new UpstreamRefused("code refused: " + no.detail());
            case TokenAnswer.CounterRace() ->
                    throw new UpstreamRefused("code refused: counter race");
            case TokenAnswer.NoAnswer(String detail, Throwable cause) -> {
                LOG.atWarn().addKeyValue("reason", detail).log("forge.sign-in.unanswered");
                throw new UpstreamUnavailable(detail, cause);
            }
            case TokenAnswer.Misconfigured(String detail) -> {
                client.refused(detail);
                throw new UpstreamUnavailable("our client is refused: " + detail, null);
            }
        };
    }

    /** What the forge has not named until now is lost. */
    @Override
    public void close() {
        late.close();
    }
}
