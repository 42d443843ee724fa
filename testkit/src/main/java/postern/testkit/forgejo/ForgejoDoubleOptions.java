package postern.testkit.forgejo;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * How a double starts.
 *
 * @param port loopback port; 0 picks a free one
 * @param rootUrl ROOT_URL, which may differ from the address the double is reached at; empty: that
 *     address
 * @param personality the release at the start
 * @param accessTokenLifetime whole seconds; empty: as the personality does
 * @param refreshTokenLifetime empty: as the personality does
 * @param rotation whether refresh tokens are single use; empty: as the personality does
 * @param queryAuthToken whether a parameter {@code token} counts as an API token, which makes
 *     introspection of a dead token answer 401 (section E); empty: as the personality does
 * @param clock decides about expiry and is written into tokens
 */
public record ForgejoDoubleOptions(
        int port,
        Optional<URI> rootUrl,
        Personality personality,
        Optional<Duration> accessTokenLifetime,
        Optional<Duration> refreshTokenLifetime,
        Optional<Boolean> rotation,
        Optional<Boolean> queryAuthToken,
        InstantSource clock) {

    public static ForgejoDoubleOptions standard() {
        return new ForgejoDoubleOptions(
                0,
                Optional.empty(),
                Personality.FORGEJO_15,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                InstantSource.system());
    }

    public ForgejoDoubleOptions withPort(int value) {
        return new ForgejoDoubleOptions(
                value,
                rootUrl,
                personality,
                accessTokenLifetime,
                refreshTokenLifetime,
                rotation,
                queryAuthToken,
                clock);
    }

    public ForgejoDoubleOptions withRootUrl(URI value) {
        return new ForgejoDoubleOptions(
                port,
                Optional.of(value),
                personality,
                accessTokenLifetime,
                refreshTokenLifetime,
                rotation,
                queryAuthToken,
                clock);
    }

    public ForgejoDoubleOptions withPersonality(Personality value) {
        return new ForgejoDoubleOptions(
                port,
                rootUrl,
                value,
                accessTokenLifetime,
                refreshTokenLifetime,
                rotation,
                queryAuthToken,
                clock);
    }

    public ForgejoDoubleOptions withAccessTokenLifetime(Duration value) {
        return new ForgejoDoubleOptions(
                port,
                rootUrl,
                personality,
                Optional.of(value),
                refreshTokenLifetime,
                rotation,
                queryAuthToken,
                clock);
    }

    public ForgejoDoubleOptions withRefreshTokenLifetime(Duration value) {
        return new ForgejoDoubleOptions(
                port,
                rootUrl,
                personality,
                accessTokenLifetime,
                Optional.of(value),
                rotation,
                queryAuthToken,
                clock);
    }

    public ForgejoDoubleOptions withRotation(boolean value) {
        return new ForgejoDoubleOptions(
                port,
                rootUrl,
                personality,
                accessTokenLifetime,
                refreshTokenLifetime,
                Optional.of(value),
                queryAuthToken,
                clock);
    }

    public ForgejoDoubleOptions withQueryAuthToken(boolean value) {
        return new ForgejoDoubleOptions(
                port,
                rootUrl,
                personality,
                accessTokenLifetime,
                refreshTokenLifetime,
                rotation,
                Optional.of(value),
                clock);
    }

    public ForgejoDoubleOptions withClock(InstantSource value) {
        return new ForgejoDoubleOptions(
                port,
                rootUrl,
                personality,
                accessTokenLifetime,
                refreshTokenLifetime,
                rotation,
                queryAuthToken,
                value);
    }
}
