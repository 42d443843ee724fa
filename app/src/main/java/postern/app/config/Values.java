package postern.app.config;

import postern.core.Check;
import postern.core.Secret;
import postern.forge.oidc.OidcConfig;
import postern.forge.relay.Standing;
import postern.oauth.client.DocumentPolicy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * From text to values. Each throws {@link IllegalArgumentException} with the fault, never the
 * value.
 */
final class Values {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
    private static final Pattern WORD = Pattern.compile("[\\x21-\\x7e]{1,256}");
    private static final Pattern SHOWN_NAME =
            Pattern.compile("[\\p{L}\\p{M}\\p{N}\\p{P}\\p{S} ]{1,60}");
    private static final Pattern ADDRESS =
            Pattern.compile("([0-9.]+|\\[[0-9a-fA-F:.]+\\]|localhost):([0-9]{1,5})");
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private static final Set<String> REGISTRATION = Set.of("open", "token", "off");

    private Values() {}

    static URI webUrl(String text) {
        URI uri;
        try {
            uri = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
        } catch (URISyntaxException malformed) {
            throw new IllegalArgumentException("is not a URL");
        }
        boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
        Check.that(
                web && uri.getHost() != null, "", "must begin with https:// or http:// and a host");
        Check.that(uri.getRawUserInfo() == null, "", "must not hold a user name or password");
        Check.that(
                uri.getRawQuery() == null && uri.getRawFragment() == null,
                "",
                "must end with the path");
        return uri;
    }

    static boolean isLoopback(String host) {
        return LOOPBACK.contains(host);
    }

    static URI publicUrl(String text) {
        URI uri = webUrl(text);
        Check.that(uri.getRawPath().isEmpty(), "", "must not have a path");
        Check.that(
                uri.toString().equals(uri.toString().toLowerCase(java.util.Locale.ROOT)),
                "",
                "must be in lower case, as browsers write it");
        boolean secure = "https".equals(uri.getScheme()) || isLoopback(uri.getHost());
        Check.that(secure, "", "must be https: tokens would cross the network in the clear");
        return uri;
    }

    /** As it is: the provider compares it to the byte, and so do we. */
    static String issuer(String text) {
        return faultless(text, OidcConfig.issuerFault(text));
    }

    static String oidcScopes(String text) {
        return faultless(text, OidcConfig.scopesFault(text));
    }

    private static String faultless(String text, Optional<String> fault) {
        if (fault.isPresent()) throw new IllegalArgumentException(fault.get());
        return text;
    }

    static String shownName(String text) {
        Check.that(
                SHOWN_NAME.matcher(text).matches(), "", "must be 1 to 60 letters, digits or signs");
        return text;
    }

    static InetSocketAddress address(String text) {
        Matcher matcher = ADDRESS.matcher(text);
        Check.that(matcher.matches(), "", "must be an IP address and a port");
        int port = Integer.parseInt(matcher.group(2));
        Check.that(port <= 65_535, "", "has a port above 65535");
        try {
            String host = matcher.group(1);
            String name = host.equals("localhost") ? "127.0.0.1" : host;
            return new InetSocketAddress(InetAddress.getByName(name), port);
        } catch (UnknownHostException malformed) {
            throw new IllegalArgumentException("must be an IP address and a port");
        }
    }

    static String word(String text) {
        Check.that(
                WORD.matcher(text).matches(),
                "",
                "must be visible ASCII characters without spaces");
        return text;
    }

    static String text(String text) {
        return text;
    }

    static Secret secret(String text) {
        return Secret.ofUtf8(text);
    }

    static List<String> list(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(s -> !s.isEmpty())
                .toList();
    }

    static Set<Standing> standing(String text) {
        return list(text).stream().map(Standing::named).collect(Collectors.toUnmodifiableSet());
    }

    static boolean bool(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("must be true or false");
        };
    }

    static DocumentPolicy documentPolicy(String text) {
        return switch (text) {
            case "open" -> DocumentPolicy.OPEN;
            case "shipped" -> DocumentPolicy.SHIPPED;
            case "off" -> DocumentPolicy.OFF;
            default -> throw new IllegalArgumentException("must be open, shipped or off");
        };
    }

    static String registration(String text) {
        Check.that(REGISTRATION.contains(text), "", "must be open, token or off");
        return text;
    }

    static Function<String, Duration> duration(Duration min, Duration max) {
        return text -> {
            Matcher matcher = DURATION.matcher(text);
            Check.that(
                    matcher.matches(), "", "must be a whole number and a unit: ms, s, m, h or d");
            long count = Long.parseLong(matcher.group(1));
            Duration value =
                    switch (matcher.group(2)) {
                        case "ms" -> Duration.ofMillis(count);
                        case "s" -> Duration.ofSeconds(count);
                        case "m" -> Duration.ofMinutes(count);
                        case "h" -> Duration.ofHours(count);
                        default -> Duration.ofDays(count);
                    };
            boolean inRange = value.compareTo(min) >= 0 && value.compareTo(max) <= 0;
            Check.that(inRange, "", "must be between " + shown(min) + " and " + shown(max));
            return value;
        };
    }

    private static String shown(Duration duration) {
        if (duration.toSeconds() % 3600 == 0 && duration.toHours() > 0)
            return duration.toHours() + "h";
        if (duration.toSeconds() % 60 == 0 && duration.toMinutes() > 0)
            return duration.toMinutes() + "m";
        return duration.toSeconds() + "s";
    }

    static Function<String, Integer> integer(int min, int max) {
        return text -> {
            Check.that(text.matches("[0-9]{1,9}"), "", "must be a whole number");
            int value = Integer.parseInt(text);
            Check.that(value >= min && value <= max, "", "must be between " + min + " and " + max);
            return value;
        };
    }
}
