package postern.cli.setup;

import postern.app.Clocks;
import postern.app.StartRefused;
import postern.app.config.Configuration;
import postern.forge.admin.AppAnswer;
import postern.forge.admin.Applications;
import postern.forge.admin.ForgeInspector;
import postern.forge.admin.ForgeVersion;
import postern.forge.admin.OperatorCredentials;
import postern.forge.admin.Outcome;
import postern.forge.admin.Provider;
import postern.forge.admin.Trouble;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The steps at one forge: is it fit, is the name free, make the application, write, look again. */
final class Registration {
    private static final int TRIES = 5;

    private final Configuration.Forgejo forge;
    private final URI callback;
    private final Duration patience;
    private final Clocks clocks;
    private final Consumer<String> out;

    Registration(
            Configuration.Forgejo forge,
            URI callback,
            Duration patience,
            Clocks clocks,
            Consumer<String> out) {
        this.forge = forge;
        this.callback = callback;
        this.patience = patience;
        this.clocks = clocks;
        this.out = out;
    }

    /**
     * @throws StartRefused it cannot be reached, is too old, or lets nobody sign in through OAuth2
     */
    void refuseUnfit() throws StartRefused {
        try (var inspector = inspector()) {
            Optional<ForgeVersion> version = known(inspector.version()).version();
            if (version.filter(release -> !release.keepsScopes()).isPresent()) {
                throw new StartRefused(
                        version.get()
                                + " gives every token full access, whatever was agreed: update it"
                                + " to a Forgejo that is maintained, or to Gitea 1.23 or later");
            }
            Provider provider = known(inspector.provider());
            if (provider.issuer().isEmpty()) {
                throw new StartRefused(
                        "signing in through OAuth2 is switched off at the forge: set ENABLED = true"
                                + " under [oauth2] in its app.ini");
            }
            out.accept(
                    "forge reached: "
                            + forge.internalUrl()
                            + version.map(release -> ", " + release).orElse(""));
            if (forge.isInTheClear()) {
                out.accept("warning: it is reached " + Configuration.Forgejo.IN_THE_CLEAR);
            }
            if (!provider.issuer().get().equalsIgnoreCase(forge.url().toString())) {
                out.accept(
                        "note: the forge's own address (ROOT_URL) is not "
                                + forge.url()
                                + "; 'postern doctor' says more");
            }
        }
    }

    /**
     * @param mayAskName whether another name may be asked for when {@code wanted} is taken
     * @throws StartRefused with what to do next; no application of the operator was changed
     */
    void make(
            OperatorCredentials credentials,
            String wanted,
            Terminal terminal,
            boolean mayAskName,
            EnvFile file,
            URI publicUrl)
            throws StartRefused {
        Applications.Made made;
        try (var applications = new Applications(forge.internalUrl(), patience, credentials)) {
            List<Applications.Registered> all = known(applications.all());
            String name = freeName(wanted, all, mayAskName ? terminal : Terminal.nobody());
            made = known(applications.make(name, callback));
            out.accept("application '" + name + "' made, client ID " + made.clientId());
            out.accept("its redirect URI: " + callback);
        }
        write(made, file, publicUrl);
        lookAgain(made);
        sayNext(file.file());
    }

    private static String freeName(
            String wanted, List<Applications.Registered> all, Terminal terminal)
            throws StartRefused {
        String name = wanted;
        for (int tries = 0; tries < TRIES; tries++) {
            String tried = name;
            Optional<Applications.Registered> taken =
                    all.stream().filter(app -> app.name().equals(tried)).findFirst();
            if (taken.isEmpty()) return name;
            Optional<String> other =
                    terminal.ask(
                            "There is already an application '" + name + "'. Name of the new one:");
            if (other.isEmpty()) break;
            name = other.get();
        }
        throw new StartRefused(
                "there is already an application '"
                        + name
                        + "' at the forge, and its secret cannot be read again: choose another name"
                        + " with --name, or delete it in Forgejo, Settings, Applications. If you"
                        + " still have its secret, put it into the settings and run 'postern setup"
                        + " --check'");
    }

    private void write(Applications.Made made, EnvFile file, URI publicUrl) throws StartRefused {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("POSTERN_PUBLIC_URL", publicUrl.toString());
        values.put("POSTERN_FORGEJO_URL", forge.url().toString());
        if (!forge.internalUrl().equals(forge.url())) {
            values.put("POSTERN_FORGEJO_INTERNAL_URL", forge.internalUrl().toString());
        }
        values.put("POSTERN_FORGEJO_CLIENT_ID", made.clientId());
        values.put("POSTERN_FORGEJO_CLIENT_SECRET", made.clientSecret().useText(text -> text));
        try {
            Optional<Path> former = file.write(values, clocks.instants().instant());
            former.ifPresent(kept -> out.accept("the former file is kept: " + kept));
            out.accept("settings written: " + file.file() + " (mode 0600)");
        } catch (IOException failed) {
            throw new StartRefused(
                    "the settings could not be written: "
                            + file.file()
                            + ". Delete the application with client ID "
                            + made.clientId()
                            + " in Forgejo, Settings, Applications, and run this again",
                    failed);
        }
    }

    private void lookAgain(Applications.Made made) throws StartRefused {
        try (var inspector = inspector()) {
            AppAnswer answer =
                    known(inspector.application(made.clientId(), made.clientSecret(), callback));
            boolean confidential = known(inspector.isConfidential(made.clientId(), callback));
            if (answer != AppAnswer.RIGHT || !confidential) {
                throw new StartRefused(
                        "the forge does not know the application as it was made: run 'postern setup"
                                + " --check', which says what differs");
            }
            out.accept("checked: the forge knows client, secret and redirect URI");
        }
    }

    private void sayNext(Path file) {
        String home = System.getProperty("postern.home");
        String program = home == null ? "postern" : home + "/bin/postern";
        String quoted =
                EnvFile.canHold(file.toString())
                        ? file.toString()
                        : "'" + file.toString().replace("'", "'\\''") + "'";
        out.accept("next:");
        out.accept("  set -a; . " + quoted + "; set +a");
        out.accept("  " + program + " doctor");
        out.accept("  " + program + " serve");
        out.accept("with systemd: EnvironmentFile=" + file + "; with containers: --env-file");
    }

    private ForgeInspector inspector() {
        return new ForgeInspector(forge.internalUrl(), patience, clocks.instants());
    }

    private static <T> T known(Outcome<T> outcome) throws StartRefused {
        return switch (outcome) {
            case Outcome.Seen<T>(T value) -> value;
            case Outcome.Troubled<T>(Trouble trouble) -> throw new StartRefused(trouble.toString());
        };
    }
}
