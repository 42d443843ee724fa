package postern.testkit.forgejo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * The double as a process. It prints one JSON line when it is ready and serves until SIGTERM, or
 * with {@code --until-stdin-ends} until its standard input is closed.
 */
public final class ForgejoDoubleMain {
    private static final String USAGE =
            """
            usage: ForgejoDoubleMain [--port N] [--root-url URL] [--user LOGIN:PASSWORD]…
              [--app NAME,REDIRECT_URI[,REDIRECT_URI…]]… [--public-app NAME,REDIRECT_URI…]…
              [--groups LOGIN:GROUP[,ORG:TEAM…]]… [--access-token-lifetime 3600s]
              [--refresh-token-lifetime 730h] [--rotation on|off] [--query-tokens on|off]
              [--clock-skew SECONDS] [--personality NAME] [--until-stdin-ends]
            personalities: %s\
            """
                    .formatted(String.join(", ", Personality.names()));

    private final List<String[]> users = new ArrayList<>();
    private final List<String[]> groups = new ArrayList<>();
    private final List<String[]> apps = new ArrayList<>();
    private final List<String[]> publicApps = new ArrayList<>();
    private ForgejoDoubleOptions options = ForgejoDoubleOptions.standard();
    private Duration clockSkew = Duration.ZERO;
    private boolean untilStdinEnds;

    private ForgejoDoubleMain() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var program = new ForgejoDoubleMain();
        try {
            program.read(arguments);
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage() + "\n" + USAGE);
            System.exit(2);
        }
        program.run();
    }

    private void read(String[] arguments) {
        for (int i = 0; i < arguments.length; i++) {
            String flag = arguments[i];
            if (flag.equals("--until-stdin-ends")) {
                untilStdinEnds = true;
                continue;
            }
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException("unknown flag or missing value: " + flag);
            }
            set(flag, arguments[++i]);
        }
    }

    private void set(String flag, String value) {
        switch (flag) {
            case "--port" -> options = options.withPort(Integer.parseInt(value));
            case "--root-url" -> options = options.withRootUrl(URI.create(value));
            case "--user" -> users.add(pair(flag, value));
            case "--groups" -> groups.add(pair(flag, value));
            case "--app" -> apps.add(value.split(","));
            case "--public-app" -> publicApps.add(value.split(","));
            case "--access-token-lifetime" ->
                    options = options.withAccessTokenLifetime(duration(value));
            case "--refresh-token-lifetime" ->
                    options = options.withRefreshTokenLifetime(duration(value));
            case "--personality" -> options = options.withPersonality(Personality.named(value));
            case "--rotation" -> options = options.withRotation(value.equals("on"));
            case "--query-tokens" -> options = options.withQueryAuthToken(value.equals("on"));
            case "--clock-skew" -> clockSkew = Duration.ofSeconds(Long.parseLong(value));
            default -> throw new IllegalArgumentException("unknown flag: " + flag);
        }
    }

    private static String[] pair(String flag, String value) {
        String[] pair = value.split(":", 2);
        if (pair.length != 2) {
            throw new IllegalArgumentException(flag + " needs NAME:VALUE");
        }
        return pair;
    }

    /** {@code 90s}, {@code 15m}, {@code 730h}. */
    private static Duration duration(String text) {
        try {
            return Duration.parse("PT" + text);
        } catch (java.time.format.DateTimeParseException wrong) {
            throw new IllegalArgumentException("a duration looks like 90s, 15m or 2h", wrong);
        }
    }

    private void run() throws IOException, InterruptedException {
        try (ForgejoDouble forge = ForgejoDouble.start(options)) {
            forge.operator().skewClock(clockSkew);
            users.forEach(user -> forge.addUser(user[0], user[1]));
            groups.forEach(group -> forge.setGroups(group[0], group[1].split(",")));
            System.out.println(ready(forge));
            System.out.flush();
            if (untilStdinEnds) {
                System.in.transferTo(java.io.OutputStream.nullOutputStream());
            } else {
                new CountDownLatch(1).await();
            }
        }
    }

    private ObjectNode ready(ForgejoDouble forge) {
        ObjectNode line =
                Json.object()
                        .put("url", withoutSlash(forge.address()))
                        .put("root_url", withoutSlash(forge.rootUrl()));
        ArrayNode all = Json.object().putArray("apps");
        apps.forEach(parts -> all.add(register(forge, parts, true)));
        publicApps.forEach(parts -> all.add(register(forge, parts, false)));
        if (!all.isEmpty()) {
            line.set("client_id", all.get(0).get("client_id"));
            line.set("client_secret", all.get(0).get("client_secret"));
        }
        return line.set("apps", all);
    }

    private static String withoutSlash(URI uri) {
        return uri.toString().replaceFirst("/$", "");
    }

    private static ObjectNode register(ForgejoDouble forge, String[] parts, boolean confidential) {
        List<String> redirectUris = Arrays.asList(parts).subList(1, parts.length);
        DoubleApp app = forge.registerApp(parts[0], redirectUris, confidential);
        return Json.object()
                .put("name", app.name())
                .put("client_id", app.clientId())
                .put("client_secret", app.clientSecret());
    }
}
