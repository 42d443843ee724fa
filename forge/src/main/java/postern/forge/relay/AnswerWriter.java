package postern.forge.relay;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Hands the forge's answer to the child as it comes, without real tokens and with addresses that
 * lead back to the relay.
 */
final class AnswerWriter {
    private static final HttpString LINK = new HttpString("Link");
    private static final int CHUNK_BYTES = 16 * 1024;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    /** Files of people, which are handed on byte by byte even if they are JSON. */
    private static final List<String> FILES =
            List.of("/repos/*/*/raw", "/repos/*/*/media", "/repos/*/*/archive");

    private final Locations locations;
    private final LinkField links;
    private final AnswerFields fields;
    private final RelayLimits limits;

    AnswerWriter(Locations locations, DownloadUrls downloads, RelayLimits limits) {
        this.locations = locations;
        this.links = new LinkField(locations);
        this.fields = new AnswerFields(downloads);
        this.limits = limits;
    }

    /**
     * @throws RelayRefusal the answer is not one that may be handed on; nothing has been sent
     */
    void write(
            HttpServerExchange exchange,
            RelayPath path,
            HttpResponse<InputStream> answer,
            RelayToken token)
            throws IOException, RelayRefusal {
        checkEncoding(answer);
        var scrub = new TokenScrub(token);
        Optional<String> location = location(answer, scrub);
        OptionalLong length = answer.headers().firstValueAsLong("Content-Length");
        if (length.isPresent() && length.getAsLong() > limits.maxAnswer().bytes()) {
            throw RelayRefusal.answerTooLong();
        }
        exchange.setStatusCode(answer.statusCode());
        HeaderRules.toChild(answer.headers(), exchange.getResponseHeaders(), scrub);
        location.ifPresent(target -> exchange.getResponseHeaders().put(Headers.LOCATION, target));
        links.toChild(answer.headers().allValues("Link"))
                .filter(pages -> !scrub.isInAddress(pages))
                .ifPresent(pages -> exchange.getResponseHeaders().put(LINK, pages));
        boolean changesFields = hasFields(path, answer);
        boolean keepLength = length.isPresent() && answer.statusCode() < 400 && !changesFields;
        if (keepLength) exchange.setResponseContentLength(length.getAsLong());
        if (hasNoBody(exchange, answer)) return;
        OutputStream out =
                new BoundedStream(exchange.getOutputStream(), limits.maxAnswer().bytes());
        if (changesFields) out = new JsonFieldStream(out, fields.of(path, scrub));
        copy(answer.body(), new ScrubbedStream(out, scrub, keepLength));
    }

    /** Closed only after success: the end of the stream says that the answer is whole. */
    private static void copy(InputStream body, OutputStream out) throws IOException {
        var chunk = new byte[CHUNK_BYTES];
        for (int n = body.read(chunk); n >= 0; n = body.read(chunk)) out.write(chunk, 0, n);
        out.close();
    }

    /** We asked for none, so that tokens can be found. */
    private static void checkEncoding(HttpResponse<?> answer) throws RelayRefusal {
        for (String encoding : answer.headers().allValues("Content-Encoding")) {
            if (!encoding.strip().equalsIgnoreCase("identity")) throw RelayRefusal.encoded();
        }
    }

    /** A redirect whose target is left out would look like an empty success to some clients. */
    private Optional<String> location(HttpResponse<?> answer, TokenScrub scrub)
            throws RelayRefusal {
        Optional<String> target =
                answer.headers().firstValue("Location").flatMap(locations::rewrite);
        if (target.isEmpty() && REDIRECTS.contains(answer.statusCode())) {
            throw RelayRefusal.elsewhere();
        }
        if (target.filter(scrub::isInAddress).isEmpty()) return target;
        if (REDIRECTS.contains(answer.statusCode())) throw RelayRefusal.tokenInRedirect();
        return Optional.empty();
    }

    private static boolean hasFields(RelayPath path, HttpResponse<?> answer) {
        return path.kind() == RelayPath.Kind.API
                && answer.statusCode() < 300
                && answer.statusCode() != 206
                && mediaType(answer).endsWith("json")
                && FILES.stream().noneMatch(path::isBelow);
    }

    private static boolean hasNoBody(
            HttpServerExchange exchange, HttpResponse<InputStream> answer) {
        int status = answer.statusCode();
        return exchange.getRequestMethod().equalToString("HEAD") || status == 204 || status == 304;
    }

    private static String mediaType(HttpResponse<?> answer) {
        String type = answer.headers().firstValue("Content-Type").orElse("");
        int semicolon = type.indexOf(';');
        return (semicolon < 0 ? type : type.substring(0, semicolon))
                .strip()
                .toLowerCase(Locale.ROOT);
    }
}
