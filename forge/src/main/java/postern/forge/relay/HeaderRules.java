package postern.forge.relay;

import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.HttpString;

import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Which header fields pass. Source for those of one hop: RFC 9110 section 7.6.1. */
final class HeaderRules {
    private static final Set<String> ONE_HOP =
            Set.of(
                    "connection",
                    "keep-alive",
                    "proxy-authenticate",
                    "proxy-authorization",
                    "proxy-connection",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade");

    /**
     * All that a client of the API needs. Everything else could be a way to act as somebody else
     * ({@code Sudo}, the freely named fields of a reverse proxy's sign-in) or around the scrubbing
     * ({@code Accept-Encoding}).
     */
    private static final Set<String> TO_FORGE =
            Set.of(
                    "accept",
                    "accept-language",
                    "cache-control",
                    "content-disposition",
                    "content-type",
                    "if-match",
                    "if-modified-since",
                    "if-none-match",
                    "if-range",
                    "if-unmodified-since",
                    "range",
                    "user-agent");

    private static final Set<String> NOT_TO_CHILD =
            Set.of(
                    "content-length",
                    "location",
                    "content-location",
                    "link",
                    "refresh",
                    "set-cookie");

    private HeaderRules() {}

    static void toForge(HeaderMap from, HttpRequest.Builder to) {
        Set<String> named = named(from.get("Connection"));
        for (HeaderValues field : from) {
            String name = field.getHeaderName().toString().toLowerCase(Locale.ROOT);
            if (!TO_FORGE.contains(name) || named.contains(name)) continue;
            for (String value : field) to.header(name, value);
        }
    }

    static void toChild(HttpHeaders from, HeaderMap to, TokenScrub scrub) {
        Set<String> named = named(from.allValues("connection"));
        for (Map.Entry<String, List<String>> field : from.map().entrySet()) {
            String name = field.getKey().toLowerCase(Locale.ROOT);
            if (name.startsWith(":") || ONE_HOP.contains(name)) continue;
            if (NOT_TO_CHILD.contains(name) || named.contains(name)) continue;
            for (String value : field.getValue()) {
                if (!scrub.isIn(value)) to.add(new HttpString(field.getKey()), value);
            }
        }
    }

    /** Fields that {@code Connection} declares to be of one hop. */
    private static Set<String> named(Iterable<String> connection) {
        Set<String> names = new HashSet<>();
        if (connection == null) return names;
        for (String value : connection) {
            for (String name : value.split(",")) names.add(name.strip().toLowerCase(Locale.ROOT));
        }
        return names;
    }
}
