package postern.http;

import postern.core.DataSize;

import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/** One row of the table. {@code pattern} is also the route's name in the log. */
record Route(
        String pattern,
        Map<String, Target> targets,
        Optional<CorsPolicy> cors,
        Optional<DataSize> maxBody,
        Optional<HeadCheck> headCheck,
        Function<HttpError, Response> errors) {
    /** What a method leads to. */
    sealed interface Target {}

    record Plain(Handler handler) implements Target {}

    record Streaming(StreamHandler handler) implements Target {}

    Route {
        targets = Map.copyOf(targets);
    }

    /** Value of the Allow field. */
    String allow() {
        var methods = new TreeSet<>(targets.keySet());
        if (cors.isPresent()) methods.add("OPTIONS");
        return String.join(", ", methods);
    }

    Response shape(HttpError error) {
        Response response = errors.apply(error);
        for (Response.Header field : error.headers()) {
            boolean present =
                    response.headers().stream()
                            .anyMatch(other -> other.name().equalsIgnoreCase(field.name()));
            if (!present) response = response.with(field.name(), field.value());
        }
        return response;
    }
}
