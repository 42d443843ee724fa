package postern.oauth;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.access.UpstreamUnavailable;
import postern.core.Secret;
import postern.forge.SignInRequest;
import postern.forge.Upstream;
import postern.http.HttpError;
import postern.oauth.browser.Trip;

import java.time.Duration;

/** Where to send a browser to sign in. */
public final class SignInAddress {
    private static final Logger LOG = LoggerFactory.getLogger(SignInAddress.class);
    private static final Duration TRY_AGAIN = Duration.ofSeconds(30);

    private SignInAddress() {}

    /**
     * Ask for it before anything is written about the trip: a sign-in that cannot begin leaves
     * nothing.
     *
     * @throws HttpError 503 while the upstream cannot say where
     */
    public static String of(Upstream upstream, Trip trip, Secret verifier) {
        try {
            return upstream.signInUri(new SignInRequest(trip.state(), verifier)).toString();
        } catch (UpstreamUnavailable unavailable) {
            LOG.atWarn()
                    .addKeyValue("detail", unavailable.getMessage())
                    .log("oauth.sign-in.unavailable");
            throw HttpError.unavailable(
                    "the sign-in is not available just now, try again later",
                    unavailable.getMessage(),
                    TRY_AGAIN);
        }
    }
}
