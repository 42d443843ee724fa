package postern.testkit.forgejo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The door of {@code /api/v1/}: authentication, then the route, then its scopes. */
final class ApiEndpoints {
    private static final String PREFIX = "/api/v1";

    /** A route; {@code categories} are the scope categories that a token must cover. */
    private record Route(
            String method,
            Pattern pattern,
            List<String> parameters,
            boolean needsToken,
            List<List<String>> categories,
            Consumer<ApiCall> handler) {}

    private final Conduct conduct;
    private final Site site;
    private final ApiAuthentication authentication;
    private final List<Route> routes = new ArrayList<>();

    ApiEndpoints(Conduct conduct, Site site, ApiAuthentication authentication) {
        this.conduct = conduct;
        this.site = site;
        this.authentication = authentication;
    }

    /** A route that answers without a token too. */
    void open(String method, String template, String category, Consumer<ApiCall> handler) {
        add(method, template, false, category, handler);
    }

    /** A route that needs a token. */
    void closed(String method, String template, String category, Consumer<ApiCall> handler) {
        add(method, template, true, category, handler);
    }

    /**
     * Adds a route.
     *
     * @param template a path with {@code {name}} for a segment and {@code {name*}} for the rest
     * @param category scope categories: a comma separates checks, a plus joins one check's names
     */
    private void add(
            String method,
            String template,
            boolean needsToken,
            String category,
            Consumer<ApiCall> handler) {
        var parameters = new ArrayList<String>();
        Matcher names = Pattern.compile("\\{(\\w+)(\\*?)}").matcher(template);
        var regex = new StringBuilder();
        while (names.find()) {
            parameters.add(names.group(1));
            names.appendReplacement(regex, names.group(2).isEmpty() ? "([^/]+)" : "(.*)");
        }
        names.appendTail(regex);
        List<List<String>> categories = new ArrayList<>();
        for (String check : category.isEmpty() ? new String[0] : category.split(",")) {
            categories.add(List.of(check.split("\\+")));
        }
        Pattern pattern = Pattern.compile(PREFIX + regex);
        routes.add(new Route(method, pattern, parameters, needsToken, categories, handler));
    }

    void handle(Exchange exchange) {
        exchange.setHeader("X-Content-Type-Options", "nosniff");
        ApiAuthentication.Presented presented = authentication.read(exchange);
        Optional<TokenMint.Owner> owner = presented.owner();
        if (!presented.isMissing() && owner.isEmpty()) {
            ApiCall.refuse(exchange, site, 401, authentication.refusal(presented.token()));
            return;
        }
        Optional<String> barred = barred(owner);
        if (barred.isPresent()) {
            exchange.json(403, Json.object().put("message", barred.get()));
        } else {
            owner.ifPresent(known -> exchange.login = known.user().login());
            route(exchange, owner);
        }
    }

    /** Why this caller gets no answer at all; these refusals have no {@code url} (section A10). */
    private Optional<String> barred(Optional<TokenMint.Owner> owner) {
        if (owner.isEmpty()) {
            return conduct.requiresSignIn()
                    ? Optional.of("Only signed in user is allowed to call APIs.")
                    : Optional.empty();
        }
        if (owner.get().user().prohibited()) {
            return Optional.of(
                    "This account is prohibited from signing in, please contact your site"
                            + " administrator.");
        }
        return owner.get().user().mustChangePassword()
                // With two slashes, as it was seen.
                ? Optional.of(
                        "You must change your password. Change it at: "
                                + site.rootUrl()
                                + "/user/change_password")
                : Optional.empty();
    }

    private void route(Exchange exchange, Optional<TokenMint.Owner> owner) {
        List<Route> samePath =
                routes.stream()
                        .filter(route -> route.pattern().matcher(exchange.path()).matches())
                        .toList();
        Optional<Route> found =
                samePath.stream()
                        .filter(route -> route.method().equals(exchange.method()))
                        .findFirst();
        if (samePath.isEmpty()) {
            exchange.text(404, "Not found.\n");
        } else if (found.isEmpty()) {
            exchange.setHeader(
                    "Allow",
                    samePath.stream().map(Route::method).distinct().collect(joining(", ")));
            exchange.answer(405, "", "");
        } else {
            call(exchange, owner, found.get());
        }
    }

    private void call(Exchange exchange, Optional<TokenMint.Owner> owner, Route route) {
        if (owner.isEmpty() && route.needsToken()) {
            ApiCall.refuse(exchange, site, 401, "token is required");
            return;
        }
        for (List<String> check : route.categories()) {
            List<String> needed = needed(exchange.method(), check);
            if (owner.isPresent() && !owner.get().scopes().allow(needed)) {
                ApiCall.refuse(exchange, site, 403, scopeRefusal(needed, owner.get().scopes()));
                return;
            }
        }
        route.handler().accept(new ApiCall(exchange, site, owner, parameters(exchange, route)));
    }

    /** Reading methods need read, all others write (section A8). */
    private static List<String> needed(String method, List<String> categories) {
        String level = method.equals("GET") || method.equals("HEAD") ? "read:" : "write:";
        return categories.stream().map(category -> level + category).toList();
    }

    private String scopeRefusal(List<String> needed, Scopes held) {
        String list = "[" + String.join(" ", needed) + "]";
        return conduct.personality().namesTokenScope()
                ? "token does not have at least one of required scope(s), required="
                        + list
                        + ", token scope="
                        + held.text()
                : "token does not have at least one of required scope(s): " + list;
    }

    private static Map<String, String> parameters(Exchange exchange, Route route) {
        Matcher matcher = route.pattern().matcher(exchange.path());
        var values = new LinkedHashMap<String, String>();
        if (matcher.matches()) {
            for (int i = 0; i < route.parameters().size(); i++) {
                // A plus sign is itself in a path.
                String raw = matcher.group(i + 1).replace("+", "%2B");
                values.put(route.parameters().get(i), URLDecoder.decode(raw, UTF_8));
            }
        }
        return values;
    }
}
