package postern.testkit.forgejo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One authenticated, routed API request with its answers in the forge's shapes (section A10). */
record ApiCall(
        Exchange exchange, Site site, Optional<TokenMint.Owner> owner, Map<String, String> path) {

    long viewerId() {
        return owner.map(known -> known.user().id()).orElse(0L);
    }

    DoubleUser user() {
        return owner.orElseThrow(() -> new IllegalStateException("route needs a token")).user();
    }

    JsonNode body() {
        try {
            return Json.parse(exchange.body());
        } catch (IOException notJson) {
            return Json.object();
        }
    }

    String text(String field) {
        return body().path(field).asText("");
    }

    void ok(JsonNode node) {
        exchange.json(200, node);
    }

    void created(JsonNode node) {
        exchange.json(201, node);
    }

    /**
     * One page of a list, by {@code page} and {@code limit}, with the total and the addresses of
     * the other pages in its header.
     */
    void list(List<? extends JsonNode> items) {
        int limit = number("limit", 30);
        int page = number("page", 1);
        int from = Math.min(items.size(), (page - 1) * limit);
        int to = Math.min(items.size(), from + limit);
        List<String> links = links(page, (items.size() + limit - 1) / limit);
        if (!links.isEmpty()) exchange.setHeader("Link", String.join(",", links));
        ArrayNode answer = JsonNodeFactory.instance.arrayNode();
        answer.addAll(items.subList(from, to));
        exchange.setHeader("X-Total-Count", Integer.toString(items.size()));
        exchange.json(200, answer);
    }

    /** In the forge's own order. A single page has none. */
    private List<String> links(int page, int last) {
        List<String> links = new ArrayList<>();
        if (page < last) {
            links.add(link(page + 1, "next"));
            links.add(link(last, "last"));
        }
        if (page > 1) {
            links.add(link(1, "first"));
            links.add(link(page - 1, "prev"));
        }
        return links;
    }

    /** Below ROOT_URL, with the parameters of this request in the order of their names. */
    private String link(int page, String relation) {
        var query = new TreeMap<>(exchange.query());
        query.put("page", Integer.toString(page));
        String encoded =
                query.entrySet().stream()
                        .map(field ->
                                URLEncoder.encode(field.getKey(), UTF_8)
                                        + "="
                                        + URLEncoder.encode(field.getValue(), UTF_8))
                        .collect(Collectors.joining("&"));
        return "<" + site.link(exchange.path()) + "?" + encoded + ">; rel=\"" + relation + "\"";
    }

    private int number(String name, int standard) {
        try {
            return Math.max(1, Integer.parseInt(exchange.query().getOrDefault(name, "")));
        } catch (NumberFormatException absent) {
            return standard;
        }
    }

    void notFound() {
        ObjectNode answer = Json.object();
        answer.putNull("errors");
        answer.put("message", "The target couldn't be found.");
        exchange.json(404, answer.put("url", site.link("/api/swagger")));
    }

    void refuse(int status, String message) {
        refuse(exchange, site, status, message);
    }

    static void refuse(Exchange exchange, Site site, int status, String message) {
        exchange.json(
                status,
                Json.object().put("message", message).put("url", site.link("/api/swagger")));
    }
}
