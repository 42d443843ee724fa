package postern.http;

import postern.core.DataSize;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The table of paths. A path matches character by character as it was sent: nothing is decoded, no
 * {@code ;}, {@code //} or {@code .} is interpreted, so that whoever decides by {@link
 * Request#path()} sees what the router saw. Source: oauth-rules M11.
 */
public final class Routes {
    private final Map<String, Route> exact;
    private final List<Route> prefixes;

    Routes(Map<String, Route> exact, List<Route> prefixes) {
        this.exact = Map.copyOf(exact);
        this.prefixes = List.copyOf(prefixes);
    }

    public static Builder builder() {
        return new Builder();
    }

    Optional<Route> find(String path) {
        Route route = exact.get(path);
        if (route != null) return Optional.of(route);
        for (Route prefix : prefixes) {
            if (path.startsWith(prefix.pattern())) return Optional.of(prefix);
        }
        return Optional.empty();
    }

    /**
     * Collects routes. {@link #cors}, {@link #error}, {@link #maxBody} and {@link #beforeBody}
     * speak about the route named last. A path may be given one handler per method; a second one is
     * a mistake.
     */
    public static final class Builder {
        private final RouteTable table = new RouteTable();

        private Builder() {}

        /** GET, and HEAD as GET without the body. */
        public Builder get(String path, Handler handler) {
            table.path(path).handle("GET", handler).handle("HEAD", handler);
            return this;
        }

        public Builder post(String path, Handler handler) {
            table.path(path).handle("POST", handler);
            return this;
        }

        /** Several methods at once; GET brings HEAD. */
        public Builder route(String path, Map<String, Handler> handlers) {
            RouteTable.Entry entry = table.path(path);
            handlers.forEach(entry::handle);
            Handler get = handlers.get("GET");
            if (get != null && !handlers.containsKey("HEAD")) entry.handle("HEAD", get);
            return this;
        }

        /** A public document: GET with CORS for any page, as MCP clients in browsers need it. */
        public Builder wellKnown(String path, Handler handler) {
            return get(path, handler)
                    .cors(
                            new CorsPolicy(
                                    Set.of("GET", "HEAD"),
                                    List.of("MCP-Protocol-Version"),
                                    List.of()));
        }

        /** A route whose answer may become an event stream. HEAD is refused unless named. */
        public Builder stream(
                Set<String> methods, String path, DataSize maxBody, StreamHandler handler) {
            RouteTable.Entry entry = table.path(path);
            methods.forEach(method -> entry.handle(method, handler));
            return maxBody(maxBody);
        }

        /**
         * As {@link #stream}, for every path that begins with {@code prefix} and has no exact
         * route.
         */
        public Builder streamPrefix(
                Set<String> methods, String prefix, DataSize maxBody, StreamHandler handler) {
            RouteTable.Entry entry = table.prefix(prefix);
            methods.forEach(method -> entry.handle(method, handler));
            return maxBody(maxBody);
        }

        public Builder cors(CorsPolicy policy) {
            table.last().cors(policy);
            return this;
        }

        /** The shape of refusals on this route, those of the frame included. */
        public Builder error(Function<HttpError, Response> shape) {
            table.last().error(shape);
            return this;
        }

        public Builder maxBody(DataSize limit) {
            table.last().maxBody(limit);
            return this;
        }

        /** Who fails {@code check} is refused before the body is read. */
        public Builder beforeBody(HeadCheck check) {
            table.last().headCheck(check);
            return this;
        }

        public Routes build() {
            return table.build();
        }
    }
}
