package postern.app;

import postern.app.config.Configuration;
import postern.bridge.BridgeConfig;
import postern.bridge.ServerDefinition;
import postern.bridge.ServerDefinitions;
import postern.http.HttpConfig;
import postern.oauth.OAuthConfig;
import postern.supervisor.SupervisorConfig;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** From the settings of this program to those of each room, which has defaults of its own. */
final class RoomConfigs {
    private RoomConfigs() {}

    static BridgeConfig bridge(Configuration configuration) {
        BridgeConfig standard = BridgeConfig.standard();
        return new BridgeConfig(
                configuration.sessionIdle(),
                standard.callBudget(),
                standard.silence(),
                standard.keepAlive(),
                configuration.childrenPerGrant(),
                configuration.childrenMax(),
                standard.callsPerSession(),
                standard.queuedMessages(),
                standard.queuedSize(),
                standard.childLimits());
    }

    static OAuthConfig oauth(
            Configuration configuration, Addresses addresses, ServerDefinitions servers) {
        List<String> resources = new ArrayList<>();
        resources.add(addresses.publicUrl() + "/mcp");
        for (ServerDefinition server : servers.all()) {
            resources.add(addresses.publicUrl() + "/mcp/" + server.name());
        }
        OAuthConfig standard = OAuthConfig.standard(addresses.publicUrl(), resources);
        return new OAuthConfig(
                standard.issuer(),
                standard.resources(),
                standard.codeLife(),
                standard.accessLife(),
                standard.refreshIdle(),
                standard.grantLife(),
                configuration.refreshGrace(),
                standard.consentLife());
    }

    static HttpConfig http(Configuration configuration, Addresses addresses) {
        HttpConfig standard = HttpConfig.standard(addresses.listen(), addresses.hosts());
        return new HttpConfig(
                standard.listen(),
                standard.allowedHosts(),
                configuration.trustedProxies(),
                standard.maxBody(),
                standard.bodyDeadline(),
                standard.slowReaderDeadline(),
                standard.maxRequestsInFlight(),
                standard.maxStreams(),
                standard.maxConnections(),
                httpsOrigin(addresses));
    }

    private static Optional<String> httpsOrigin(Addresses addresses) {
        String origin = addresses.publicUrl().toString();
        return origin.startsWith("https://") ? Optional.of(origin) : Optional.empty();
    }

    static SupervisorConfig supervisor(Configuration configuration, DataFolder folder)
            throws StartRefused {
        var config =
                SupervisorConfig.standard(folder.children(), folder.instance())
                        .withMaxChildren(configuration.childrenMax() + 8);
        String path = System.getenv("PATH");
        return path == null || path.isBlank() ? config : config.withPath(path);
    }
}
