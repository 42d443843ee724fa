package postern.cli.doctor;

import postern.app.config.Configuration;
import postern.forge.admin.AppAnswer;
import postern.forge.admin.ForgeInspector;
import postern.forge.admin.ForgeVersion;
import postern.forge.admin.Outcome;
import postern.forge.admin.Provider;
import postern.forge.admin.VersionAnswer;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** All that the forge said, asked at the same time; the checks judge it. */
record ForgeSeen(
        Configuration.Forgejo settings,
        URI callback,
        Outcome<VersionAnswer> version,
        Outcome<Provider> provider,
        Outcome<AppAnswer> application,
        Outcome<Boolean> confidential,
        Outcome<Boolean> introspects,
        Outcome<Boolean> namesPeople) {

    /**
     * @param timeout for each request, and so about for all
     */
    static ForgeSeen look(
            Configuration.Forgejo settings, URI callback, Duration timeout, InstantSource clock)
            throws InterruptedException {
        String id = settings.clientId();
        try (var forge = new ForgeInspector(settings.internalUrl(), timeout, clock);
                ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            var version = tasks.submit(forge::version);
            var provider = tasks.submit(forge::provider);
            var application =
                    tasks.submit(() -> forge.application(id, settings.clientSecret(), callback));
            var confidential = tasks.submit(() -> forge.isConfidential(id, callback));
            var introspects = tasks.submit(() -> forge.introspects(id, settings.clientSecret()));
            var namesPeople = tasks.submit(forge::namesPeople);
            return new ForgeSeen(
                    settings,
                    callback,
                    done(version),
                    done(provider),
                    done(application),
                    done(confidential),
                    done(introspects),
                    done(namesPeople));
        }
    }

    private static <T> T done(Future<T> task) throws InterruptedException {
        try {
            return task.get();
        } catch (ExecutionException bug) {
            throw new IllegalStateException("a check failed itself", bug.getCause());
        }
    }

    /** Empty when the forge does not tell it. */
    Optional<ForgeVersion> release() {
        return version.value().flatMap(VersionAnswer::version);
    }
}
