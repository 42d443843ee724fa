package postern.http;

import postern.core.Check;
import postern.core.DataSize;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Routes while they are being collected. For one thread. */
final class RouteTable {
    private final Map<String, Entry> exact = new LinkedHashMap<>();
    private final Map<String, Entry> prefixes = new LinkedHashMap<>();
    private Entry last;

    Entry path(String path) {
        last = exact.computeIfAbsent(checked(path), Entry::new);
        return last;
    }

    Entry prefix(String prefix) {
        Check.that(prefix.endsWith("/"), "route prefix", "must end with a slash");
        last = prefixes.computeIfAbsent(checked(prefix), Entry::new);
        return last;
    }

    Entry last() {
        Check.that(last != null, "route", "must be named before its properties");
        return last;
    }

    Routes build() {
        Map<String, Route> routes = new HashMap<>();
        exact.forEach((path, entry) -> routes.put(path, entry.build()));
        List<Route> longestFirst = new ArrayList<>();
        prefixes.values().forEach(entry -> longestFirst.add(entry.build()));
        longestFirst.sort(
                Comparator.comparingInt((Route route) -> route.pattern().length()).reversed());
        return new Routes(routes, longestFirst);
    }

    private static String checked(String path) {
        Check.that(path.startsWith("/"), "route path", "must begin with a slash");
        Check.that(
                path.chars().allMatch(c -> c > 0x20 && c < 0x7f && c != '?' && c != '#'),
                "route path",
                "must be what a client can send");
        return path;
    }

    static final class Entry {
        private final String pattern;
        private final Map<String, Route.Target> targets = new HashMap<>();
        private Optional<CorsPolicy> cors = Optional.empty();
        private Optional<DataSize> maxBody = Optional.empty();
        private Optional<HeadCheck> headCheck = Optional.empty();
        private Function<HttpError, Response> errors = HttpError::toResponse;

        private Entry(String pattern) {
            this.pattern = pattern;
        }

        Entry handle(String method, Handler handler) {
            return put(method, new Route.Plain(handler));
        }

        Entry handle(String method, StreamHandler handler) {
            return put(method, new Route.Streaming(handler));
        }

        private Entry put(String method, Route.Target target) {
            Check.that(Methods.ROUTABLE.contains(method), "route method", "is not one we serve");
            Check.that(
                    targets.put(method, target) == null, "route method", "has a handler already");
            return this;
        }

        void cors(CorsPolicy policy) {
            cors = Optional.of(policy);
        }

        void error(Function<HttpError, Response> shape) {
            errors = shape;
        }

        void headCheck(HeadCheck check) {
            headCheck = Optional.of(check);
        }

        void maxBody(DataSize limit) {
            maxBody = Optional.of(limit);
        }

        private Route build() {
            return new Route(pattern, targets, cors, maxBody, headCheck, errors);
        }
    }
}
