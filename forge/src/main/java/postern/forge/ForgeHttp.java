package postern.forge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.access.UpstreamUnavailable;
import postern.core.DataSize;
import postern.http.HttpError;
import postern.http.StrictJson;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Short requests to the forge: one deadline for all of it, answers up to 1 MiB, no redirect
 * followed. Texts of failures name the path and the status, nothing that was sent or received.
 */
public final class ForgeHttp implements AutoCloseable {
    private static final DataSize MAX_ANSWER = DataSize.ofMebibytes(1);

    private final HttpClient client;
    private final URI base;
    private final Duration timeout;

    /**
     * An answer that arrived whole.
     *
     * @param date the field as it came; empty when there is none
     */
    public record Answer(int status, String mediaType, String date, byte[] body) {
        /** The body as a JSON object, if it claims to be JSON and is an object. */
        public Optional<ObjectNode> json() {
            return anyJson().filter(ObjectNode.class::isInstance).map(ObjectNode.class::cast);
        }

        /** As {@link #json}, for a list. */
        public Optional<ArrayNode> jsonList() {
            return anyJson().filter(ArrayNode.class::isInstance).map(ArrayNode.class::cast);
        }

        /**
         * By how much the clock there is ahead of ours, to about a second; negative: behind; empty
         * when no date came.
         *
         * @param asked just before the request, by our clock
         * @param answered just after the answer
         */
        public Optional<Duration> ahead(Instant asked, Instant answered) {
            try {
                Instant there = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date));
                Instant here = asked.plus(Duration.between(asked, answered).dividedBy(2));
                // the field has whole seconds: on average the clock was half a second further
                return Optional.of(Duration.between(here, there.plusMillis(500)));
            } catch (DateTimeParseException absent) {
                return Optional.empty();
            }
        }

        private Optional<JsonNode> anyJson() {
            boolean claimsJson =
                    mediaType.equals("application/json")
                            || mediaType.startsWith("application/") && mediaType.endsWith("+json");
            if (!claimsJson) return Optional.empty();
            try {
                return Optional.of(StrictJson.parse(body, MAX_ANSWER));
            } catch (HttpError malformed) {
                return Optional.empty();
            }
        }
    }

    /**
     * @param timeout for one request as a whole
     */
    public ForgeHttp(URI base, Duration timeout) {
        this.base = base;
        this.timeout = timeout;
        this.client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(timeout)
                        .build();
    }

    /** To whatever address each request names as a whole, in place of a path. */
    public static ForgeHttp toAnyAddress(Duration timeout) {
        return new ForgeHttp(URI.create(""), timeout);
    }

    public Answer postForm(String path, Map<String, String> form, Optional<String> authorization)
            throws UpstreamUnavailable {
        String body =
                form.entrySet().stream()
                        .map(field -> encode(field.getKey()) + "=" + encode(field.getValue()))
                        .collect(Collectors.joining("&"));
        HttpRequest.Builder request =
                request(path)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(body));
        authorization.ifPresent(value -> request.header("Authorization", value));
        return send(path, request);
    }

    public Answer postJson(String path, ObjectNode body, String authorization)
            throws UpstreamUnavailable {
        return send(
                path,
                request(path)
                        .header("Content-Type", "application/json")
                        .header("Authorization", authorization)
                        .POST(BodyPublishers.ofString(body.toString())));
    }

    public Answer get(String path, String authorization) throws UpstreamUnavailable {
        return send(path, request(path).header("Authorization", authorization).GET());
    }

    /** As anybody. */
    public Answer get(String path) throws UpstreamUnavailable {
        return send(path, request(path).GET());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).header("Accept", "application/json");
    }

    private Answer send(String path, HttpRequest.Builder request) throws UpstreamUnavailable {
        CompletableFuture<HttpResponse<byte[]>> future =
                client.sendAsync(
                        request.build(),
                        head ->
                                BodySubscribers.limiting(
                                        BodySubscribers.ofByteArray(), MAX_ANSWER.bytes()));
        try {
            HttpResponse<byte[]> response = future.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            return new Answer(
                    response.statusCode(),
                    mediaType(response),
                    response.headers().firstValue("Date").orElse(""),
                    response.body());
        } catch (ExecutionException failure) {
            throw new UpstreamUnavailable(
                    (isTooLarge(failure.getCause())
                                    ? "too large an answer from "
                                    : "no answer from ")
                            + path,
                    failure.getCause());
        } catch (TimeoutException slow) {
            throw new UpstreamUnavailable("no answer from " + path + " in " + timeout, slow);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new UpstreamUnavailable("interrupted", interrupted);
        } finally {
            future.cancel(true);
        }
    }

    /** The words of the JDK's limiting subscriber: it has no type of its own for this. */
    private static boolean isTooLarge(Throwable failure) {
        return String.valueOf(failure.getMessage()).startsWith("body exceeds capacity");
    }

    private static String mediaType(HttpResponse<?> response) {
        String type = response.headers().firstValue("Content-Type").orElse("");
        int semicolon = type.indexOf(';');
        return (semicolon < 0 ? type : type.substring(0, semicolon))
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    /** Source: application/x-www-form-urlencoded, as RFC 6749 appendix B wants it. */
    public static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Ends requests under way. */
    @Override
    public void close() {
        client.shutdownNow();
    }
}
