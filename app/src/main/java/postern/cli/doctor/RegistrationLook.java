package postern.cli.doctor;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.app.Clocks;
import postern.app.config.Configuration;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * What is wrong with our registration at the forge, for the log of the start: one line each, with
 * what to change. The server is not kept waiting, and a forge that is down is looked at again until
 * it is there.
 */
public final class RegistrationLook {
    private static final Logger LOG = LoggerFactory.getLogger(RegistrationLook.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMinutes(1);
    private static final int TRIES = 60;

    private final Configuration.Forgejo settings;
    private final URI callback;
    private final Clocks clocks;

    private RegistrationLook(Configuration.Forgejo settings, URI callback, Clocks clocks) {
        this.settings = settings;
        this.callback = callback;
        this.clocks = clocks;
    }

    /**
     * Looks in a thread of its own; with the built-in sign-in there is nothing to look at.
     *
     * @param publicUrl of this start
     */
    public static void begin(Configuration configuration, URI publicUrl, Clocks clocks) {
        if (configuration.forgejo().isEmpty()) return;
        URI callback = publicUrl.resolve("/oauth/callback");
        var look = new RegistrationLook(configuration.forgejo().get(), callback, clocks);
        Thread.ofVirtual().name("postern-registration-look").start(look::lookUntilReached);
    }

    private void lookUntilReached() {
        try {
            for (int tried = 1; !look(tried == 1) && tried < TRIES; tried++) Thread.sleep(PAUSE);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failure) {
            LOG.atError().setCause(failure).log("app.forge.look-failed");
        }
    }

    /** False when the forge was not reached, which is said the first time only. */
    private boolean look(boolean first) throws InterruptedException {
        ForgeSeen seen = ForgeSeen.look(settings, callback, PATIENCE, clocks.instants());
        boolean reached = seen.version().trouble().isEmpty();
        if (!reached && !first) return false;
        List<ForgeCheck> checks = reached ? ForgeChecks.ALL : List.of(ForgeChecks.ALL.getFirst());
        int faults = 0;
        for (ForgeCheck check : checks) {
            Finding finding = check.judge().apply(seen);
            if (finding.verdict() != Verdict.FAIL) continue;
            faults++;
            LOG.atWarn()
                    .addKeyValue("check", check.name())
                    .addKeyValue("change", finding.text())
                    .log("app.forge.not-ready");
        }
        if (reached) LOG.atInfo().addKeyValue("faults", faults).log("app.forge.looked-at");
        return reached;
    }
}
