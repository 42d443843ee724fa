package postern.http;

import java.util.List;
import java.util.Set;

/**
 * Which browser pages of other origins may call a route: any, and always without credentials that
 * the browser holds. Source: Fetch §3.2; oauth-rules H18, M13.
 *
 * @param methods named in the preflight answer
 * @param allowHeaders named one by one, because {@code *} does not cover Authorization
 * @param exposeHeaders answer fields that a page may read
 */
public record CorsPolicy(
        Set<String> methods, List<String> allowHeaders, List<String> exposeHeaders) {
    public CorsPolicy {
        methods = Set.copyOf(methods);
        allowHeaders = List.copyOf(allowHeaders);
        exposeHeaders = List.copyOf(exposeHeaders);
    }

    /** Adds what every answer of the route carries, refusals too. */
    Response onAnswer(Response response) {
        Response answer = response.with("Access-Control-Allow-Origin", "*");
        if (exposeHeaders.isEmpty()) return answer;
        return answer.with("Access-Control-Expose-Headers", String.join(", ", exposeHeaders));
    }

    /** 204 to an OPTIONS request; {@link #onAnswer} is still to be added, as to every answer. */
    Response preflight() {
        Response answer =
                Response.empty(204)
                        .with(
                                "Access-Control-Allow-Methods",
                                String.join(", ", methods.stream().sorted().toList()))
                        .with("Access-Control-Max-Age", "600");
        if (allowHeaders.isEmpty()) return answer;
        return answer.with("Access-Control-Allow-Headers", String.join(", ", allowHeaders));
    }
}
