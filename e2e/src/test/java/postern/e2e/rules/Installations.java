package postern.e2e.rules;

import postern.e2e.controlled.ServerControl;
import postern.testkit.forgejo.ForgejoDoubleOptions;
import postern.testkit.program.PosternProcess;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The installations that rules are proved on, each started when the first rule asks for it. */
final class Installations implements AutoCloseable {
    static final String PUBLIC_URL = "https://postern.example";
    private static final Map<String, String> BEHIND_PROXY =
            Map.of("POSTERN_TRUSTED_PROXIES", "127.0.0.1");

    private final Map<String, Site> started = new HashMap<>();
    private final Map<String, AssertionError> refused = new HashMap<>();

    /** A program whose clock is in our hands. */
    record Clocked(Site site) {
        /** Time passes, for the wall clock and for what is waited for. */
        void advance(Duration passed) throws IOException {
            new ServerControl(site.postern()).advance(passed);
        }

        /** Somebody sets the wall clock; no time passes. */
        void jump(Duration by) throws IOException {
            new ServerControl(site.postern()).jump(by);
        }
    }

    /** On loopback, plain http. Callers are told apart by what the proxy says. */
    Site plain() {
        return site("plain", "", BEHIND_PROXY);
    }

    /** For rules that stop it, lock its database or spoil its limits. */
    Site rough() {
        return site("rough", "", BEHIND_PROXY);
    }

    /** Public and https, as a proxy in front makes it; still reached on loopback. */
    Site https() {
        return site("https", PUBLIC_URL, BEHIND_PROXY);
    }

    /** Without a grace for refresh tokens, and without any proxy that is believed. */
    Site bare() {
        return site("bare", "", Map.of("POSTERN_REFRESH_GRACE", "0s"));
    }

    /** Beside a forge whose access tokens live three seconds. */
    Site shortForge() {
        var options =
                ForgejoDoubleOptions.standard().withAccessTokenLifetime(Duration.ofSeconds(3));
        return site("short forge", "", BEHIND_PROXY, options);
    }

    /** One of its own for a rule, with more settings. */
    Site with(String name, Map<String, String> settings) {
        var all = new HashMap<>(BEHIND_PROXY);
        all.putAll(settings);
        return site(name, "", all);
    }

    /** All rules about time share it, one after the other. */
    Clocked withClock() {
        return new Clocked(
                site(
                        "clock",
                        "",
                        BEHIND_PROXY,
                        ForgejoDoubleOptions.standard(),
                        ServerControl.settings()));
    }

    private Site site(String name, String publicUrl, Map<String, String> settings) {
        return site(name, publicUrl, settings, ForgejoDoubleOptions.standard());
    }

    private Site site(
            String name,
            String publicUrl,
            Map<String, String> settings,
            ForgejoDoubleOptions options) {
        var program = PosternProcess.Settings.standard().withArguments("serve");
        return site(name, publicUrl, settings, options, program);
    }

    private synchronized Site site(
            String name,
            String publicUrl,
            Map<String, String> settings,
            ForgejoDoubleOptions options,
            PosternProcess.Settings program) {
        AssertionError known = refused.get(name);
        if (known != null) throw known;
        Site site = started.get(name);
        if (site != null) return site;
        try {
            Site fresh = Site.start(publicUrl, settings, program, options);
            started.put(name, fresh);
            return fresh;
        } catch (IOException | InterruptedException failed) {
            String text =
                    "the installation \"" + name + "\" does not start: " + failed.getMessage();
            refused.put(name, new AssertionError(text, failed));
            throw refused.get(name);
        }
    }

    @Override
    public synchronized void close() {
        started.values().forEach(Site::close);
        started.clear();
    }
}
