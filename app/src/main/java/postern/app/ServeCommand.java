package postern.app;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.app.config.Configuration;
import postern.app.config.ConfigurationReader;
import postern.app.config.ConfigurationRefused;
import postern.cli.doctor.RegistrationLook;
import postern.supervisor.SelfProtection;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** {@code postern serve}: until SIGTERM or SIGINT. */
final class ServeCommand {
    /** After this the process ends whatever hangs; children of ours die with it. */
    private static final long STOP_MILLIS = 1_900;

    /** More for an answer of the forge without which somebody would have to sign in again. */
    private static final long EXCHANGE_MILLIS = 5_000;

    private final Map<String, String> environment;
    private final List<String> flags;

    ServeCommand(Map<String, String> environment, List<String> flags) {
        this.environment = environment;
        this.flags = flags;
    }

    int run() throws ConfigurationRefused, StartRefused {
        Configuration configuration = ConfigurationReader.read(environment, flags).configuration();
        LogSetup.use(configuration.logFormat());
        Logger log = LoggerFactory.getLogger(ServeCommand.class);
        BuildInfo build = BuildInfo.load();
        if (!SelfProtection.hideFromOwnUser()) log.atWarn().log("app.process-is-dumpable");
        Server server = Server.start(configuration, build, Clocks.system());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, log), "postern-stop"));
        Optional<String> code =
                server.signIn().local().map(local -> local.newCode(SignIn.firstName()));
        System.out.println(ReadyMessage.of(build, server, code));
        log.atInfo()
                .addKeyValue("version", build.version())
                .addKeyValue("git", build.gitRevision())
                .addKeyValue("url", server.addresses().publicUrl())
                .log("app.ready");
        RegistrationLook.begin(configuration, server.addresses().publicUrl(), Clocks.system());
        waitForEver();
        return 0;
    }

    private static void stop(Server server, Logger log) {
        log.atInfo().log("app.stopping");
        Thread closing =
                Thread.ofPlatform().name("postern-close").daemon(true).start(server::close);
        try {
            boolean closed = closing.join(Duration.ofMillis(STOP_MILLIS));
            if (!closed && server.isExchanging()) {
                log.atInfo().log("app.stop.waits-for-forge");
                closed = closing.join(Duration.ofMillis(EXCHANGE_MILLIS));
            }
            if (!closed) {
                log.atError().log("app.stop.overdue");
                Runtime.getRuntime().halt(143);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        log.atInfo().log("app.stopped");
    }

    private static void waitForEver() {
        try {
            while (!new CountDownLatch(1).await(1, TimeUnit.DAYS)) {
                // the shutdown hook ends the process
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
