package postern.app.config;

import postern.access.AdmissionRule;
import postern.access.MemberList;
import postern.forge.relay.Standing;
import postern.oauth.client.DocumentPolicy;
import postern.oauth.client.RegistrationPolicy;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Reads all settings and reports all problems at once. */
public final class ConfigurationReader {
    private final Sources sources;
    private final List<Problem> problems = new ArrayList<>();
    private final List<Effective> effective = new ArrayList<>();

    /**
     * A setting as this start takes it, for {@code postern config}.
     *
     * @param value redacted when it is secret
     */
    public record Effective(String name, String value, String source) {}

    /** The configuration and where each of its values came from. */
    public record Result(Configuration configuration, List<Effective> effective) {}

    private ConfigurationReader(Map<String, String> environment, List<String> arguments) {
        this.sources = new Sources(environment, arguments);
    }

    /**
     * @param arguments flags with their values
     * @throws ConfigurationRefused with every problem there is
     */
    public static Result read(Map<String, String> environment, List<String> arguments)
            throws ConfigurationRefused {
        return new ConfigurationReader(environment, arguments).read();
    }

    private Result read() throws ConfigurationRefused {
        Optional<URI> forgejoUrl = optional(ForgejoSettings.URL);
        var configuration =
                new Parts(
                        optional(Settings.PUBLIC_URL),
                        forgejo(forgejoUrl),
                        oidc(),
                        optional(Settings.MASTER_KEY),
                        optional(Settings.LISTEN),
                        optional(Settings.TRUSTED_PROXIES),
                        optional(Settings.DATA_DIR),
                        optional(Settings.KEY_DIR),
                        optional(Settings.SERVERS_FILE),
                        clients(),
                        admission(forgejoUrl.isPresent()),
                        optional(Settings.ALLOW_SHARED_UID),
                        optional(Settings.SESSION_IDLE),
                        optional(Settings.CHILDREN_PER_GRANT),
                        optional(Settings.CHILDREN_MAX),
                        optional(Settings.REFRESH_GRACE),
                        optional(Settings.LOG_FORMAT));
        problems.addAll(sources.problems());
        refuseOpenListener(configuration);
        if (!problems.isEmpty()) {
            throw new ConfigurationRefused(problems.stream().distinct().toList());
        }
        return new Result(configuration.whole(), List.copyOf(effective));
    }

    /** Values before it is known whether all could be read. */
    private record Parts(
            Optional<URI> publicUrl,
            Optional<Configuration.Forgejo> forgejo,
            Optional<Configuration.Oidc> oidc,
            Optional<postern.core.Secret> masterKey,
            Optional<java.net.InetSocketAddress> listen,
            Optional<List<String>> trustedProxies,
            Optional<java.nio.file.Path> dataDir,
            Optional<java.nio.file.Path> keyDir,
            Optional<java.nio.file.Path> serversFile,
            Optional<Configuration.Clients> clients,
            AdmissionRule admission,
            Optional<Boolean> allowSharedUid,
            Optional<java.time.Duration> sessionIdle,
            Optional<Integer> childrenPerGrant,
            Optional<Integer> childrenMax,
            Optional<java.time.Duration> refreshGrace,
            Optional<LogFormat> logFormat) {
        Configuration whole() {
            return new Configuration(
                    publicUrl,
                    forgejo,
                    oidc,
                    masterKey,
                    listen.orElseThrow(),
                    trustedProxies.orElse(List.of()),
                    dataDir.orElseThrow(),
                    keyDir.orElseThrow(),
                    serversFile,
                    clients.orElseThrow(),
                    admission,
                    allowSharedUid.orElseThrow(),
                    sessionIdle.orElseThrow(),
                    childrenPerGrant.orElseThrow(),
                    childrenMax.orElseThrow(),
                    refreshGrace.orElseThrow(),
                    logFormat.orElseThrow());
        }
    }

    private void refuseOpenListener(Parts parts) {
        boolean open = parts.listen.filter(a -> !a.getAddress().isLoopbackAddress()).isPresent();
        if (open && parts.publicUrl.isEmpty() && sources.find(Settings.PUBLIC_URL).isEmpty()) {
            problem(
                    Settings.PUBLIC_URL,
                    "is missing: " + Settings.LISTEN.name() + " is reachable from other machines");
        }
    }

    private Optional<Configuration.Forgejo> forgejo(Optional<URI> url) {
        Optional<URI> internal = optional(ForgejoSettings.INTERNAL_URL);
        Optional<String> id = optional(ForgejoSettings.CLIENT_ID);
        Optional<postern.core.Secret> secret = optional(ForgejoSettings.CLIENT_SECRET);
        Optional<String> scopes = optional(ForgejoSettings.SCOPES);
        Optional<Set<Standing>> relayAllows = optional(ForgejoSettings.RELAY_ALLOW);
        List<Setting<?>> together =
                List.of(
                        ForgejoSettings.URL,
                        ForgejoSettings.CLIENT_ID,
                        ForgejoSettings.CLIENT_SECRET);
        List<Setting<?>> missing = together.stream().filter(setting -> !isSet(setting)).toList();
        if (missing.size() == together.size() && internal.isEmpty()) return Optional.empty();
        for (Setting<?> setting : missing) {
            problem(setting, "is missing: signing in through Forgejo needs it");
        }
        if (url.isEmpty() || id.isEmpty() || secret.isEmpty() || scopes.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Configuration.Forgejo(
                        url.get(),
                        internal.orElse(url.get()),
                        id.get(),
                        secret.get(),
                        scopes.get(),
                        relayAllows.orElse(Set.of())));
    }

    private Optional<Configuration.Oidc> oidc() {
        Optional<String> issuer = optional(OidcSettings.ISSUER);
        Optional<String> id = optional(OidcSettings.CLIENT_ID);
        Optional<postern.core.Secret> secret = optional(OidcSettings.CLIENT_SECRET);
        Optional<String> scopes = optional(OidcSettings.SCOPES);
        Optional<String> name = optional(OidcSettings.NAME);
        List<Setting<?>> missing =
                OidcSettings.NEEDED.stream().filter(setting -> !isSet(setting)).toList();
        if (missing.size() == OidcSettings.NEEDED.size()) return Optional.empty();
        for (Setting<?> setting : missing) {
            problem(setting, "is missing: signing in at an OpenID Connect provider needs it");
        }
        if (isSet(ForgejoSettings.URL)) {
            problem(
                    OidcSettings.ISSUER,
                    "cannot be set beside "
                            + ForgejoSettings.URL.name()
                            + ": people sign in at one of the two, so take the settings of the"
                            + " other away");
        }
        if (issuer.isEmpty() || id.isEmpty() || secret.isEmpty() || scopes.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Configuration.Oidc(issuer.get(), name, id.get(), secret.get(), scopes.get()));
    }

    /** Only a forge has teams. */
    private AdmissionRule admission(boolean withGroups) {
        Optional<MemberList> allow = optional(Settings.ALLOW);
        Optional<MemberList> administrators = optional(Settings.ADMINS);
        if (isSet(OidcSettings.ISSUER)) {
            refuseAtProvider(Settings.ALLOW);
            refuseAtProvider(Settings.ADMINS);
        } else if (!withGroups) {
            allow.ifPresent(list -> refuseTeams(Settings.ALLOW, list));
            administrators.ifPresent(list -> refuseTeams(Settings.ADMINS, list));
        }
        return new AdmissionRule(allow, administrators);
    }

    /** What an OpenID Connect provider calls people and groups, people may often choose. */
    private void refuseAtProvider(Setting<?> setting) {
        if (!isSet(setting)) return;
        problem(
                setting,
                "cannot be set beside "
                        + OidcSettings.ISSUER.name()
                        + ": limit at the provider who may use this client");
    }

    private void refuseTeams(Setting<?> setting, MemberList list) {
        for (String team : new TreeSet<>(list.teams())) {
            problem(
                    setting,
                    "has '"
                            + team.replace(':', '/')
                            + "', but people of the built-in sign-in are in no team: name people,"
                            + " or set "
                            + ForgejoSettings.URL.name());
        }
    }

    private Optional<Configuration.Clients> clients() {
        Optional<java.nio.file.Path> file = optional(ClientSettings.CLIENTS_FILE);
        Optional<DocumentPolicy> documents = optional(ClientSettings.CLIENT_DOCUMENTS);
        Optional<Boolean> allowPrivate = optional(ClientSettings.ALLOW_PRIVATE_CLIENT_DOCUMENTS);
        Optional<RegistrationPolicy> registration = registration();
        if (documents.isEmpty() || allowPrivate.isEmpty() || registration.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Configuration.Clients(
                        file, documents.get(), allowPrivate.get(), registration.get()));
    }

    private Optional<RegistrationPolicy> registration() {
        Optional<String> mode = optional(ClientSettings.REGISTRATION);
        Optional<postern.core.Secret> token = optional(ClientSettings.REGISTRATION_TOKEN);
        if (mode.isEmpty()) return Optional.empty();
        boolean wanted = mode.get().equals("token");
        if (wanted != sources.find(ClientSettings.REGISTRATION_TOKEN).isPresent()) {
            problem(
                    ClientSettings.REGISTRATION_TOKEN,
                    wanted
                            ? "is missing: " + ClientSettings.REGISTRATION.name() + " is token"
                            : "is set, but "
                                    + ClientSettings.REGISTRATION.name()
                                    + " is not token");
            return Optional.empty();
        }
        try {
            return switch (mode.get()) {
                case "token" -> token.map(RegistrationPolicy.WithToken::new);
                case "off" -> Optional.of(new RegistrationPolicy.Off());
                default -> Optional.of(new RegistrationPolicy.Open());
            };
        } catch (IllegalArgumentException refused) {
            problem(ClientSettings.REGISTRATION_TOKEN, refused.getMessage());
            return Optional.empty();
        }
    }

    /** A file with nothing in it sets nothing. */
    private boolean isSet(Setting<?> setting) {
        return sources.find(setting).filter(found -> !found.text().isEmpty()).isPresent();
    }

    private <T> Optional<T> optional(Setting<T> setting) {
        Optional<Sources.Found> found = sources.find(setting);
        String text = found.map(Sources.Found::text).orElse(setting.standard());
        String source = found.map(Sources.Found::source).orElse("standard");
        note(setting, text, source);
        if (text.isEmpty()) return Optional.empty();
        return converted(setting, text, setting.reader());
    }

    private <T> Optional<T> converted(Setting<T> setting, String text, Function<String, T> reader) {
        try {
            return Optional.of(reader.apply(text));
        } catch (IllegalArgumentException refused) {
            problem(setting, refused.getMessage().strip());
            return Optional.empty();
        }
    }

    private void note(Setting<?> setting, String text, String source) {
        String shown = text.isEmpty() ? "" : setting.secret() ? "***" : text;
        effective.add(new Effective(setting.name(), shown, text.isEmpty() ? "not set" : source));
    }

    private void problem(Setting<?> setting, String fault) {
        problems.add(new Problem(setting.name(), fault, setting.example()));
    }
}
