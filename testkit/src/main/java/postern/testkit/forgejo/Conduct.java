package postern.testkit.forgejo;

import java.time.Duration;
import java.time.Instant;

/**
 * How the forge behaves at this moment: its personality, its settings and its clock. Unlike the
 * options it started with, these may change while it runs, as by an upgrade of the forge.
 */
final class Conduct {
    private final ForgejoDoubleOptions options;
    private volatile Personality personality;
    private volatile Duration clockSkew = Duration.ZERO;
    private volatile boolean requiresSignIn;

    Conduct(ForgejoDoubleOptions options) {
        this.options = options;
        this.personality = options.personality();
    }

    Personality personality() {
        return personality;
    }

    void become(Personality other) {
        personality = other;
    }

    /** The time of day that the forge believes in. */
    Instant now() {
        return options.clock().instant().plus(clockSkew);
    }

    void skewClock(Duration skew) {
        clockSkew = skew;
    }

    boolean requiresSignIn() {
        return requiresSignIn;
    }

    void requireSignIn(boolean required) {
        requiresSignIn = required;
    }

    boolean rotates() {
        return options.rotation().orElse(personality.rotates());
    }

    boolean queryTokens() {
        return options.queryAuthToken().orElse(personality.queryTokens());
    }

    Duration accessTokenLifetime() {
        return options.accessTokenLifetime().orElse(personality.accessTokenLifetime());
    }

    Duration refreshTokenLifetime() {
        return options.refreshTokenLifetime().orElse(personality.refreshTokenLifetime());
    }
}
