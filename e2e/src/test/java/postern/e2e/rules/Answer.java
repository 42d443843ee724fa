package postern.e2e.rules;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * An answer as it came over the wire, with what may be demanded of it. Each demand returns the
 * answer itself.
 *
 * @param request its first line, for failure messages
 */
@SuppressWarnings("ArrayRecordComponent") // shown, never compared
record Answer(String request, int status, List<Map.Entry<String, String>> headers, byte[] bytes) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** The first value, or an empty text. */
    String header(String name) {
        return all(name).stream().findFirst().orElse("");
    }

    List<String> all(String name) {
        return headers.stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .toList();
    }

    String text() {
        return new String(bytes, UTF_8);
    }

    JsonNode json() {
        try {
            return JSON.readTree(bytes);
        } catch (JsonProcessingException notJson) {
            throw new AssertionError("expected JSON: " + this, notJson);
        } catch (java.io.IOException impossible) {
            throw new java.io.UncheckedIOException(impossible);
        }
    }

    Answer is(int expected) {
        return require(status == expected, "status " + expected);
    }

    Answer isOneOf(Integer... expected) {
        return require(List.of(expected).contains(status), "status one of " + List.of(expected));
    }

    Answer has(String name, String value) {
        return require(header(name).equals(value), name + ": " + value);
    }

    Answer hasNo(String name) {
        return require(all(name).isEmpty(), "no " + name);
    }

    /** One JSON object of media type application/json. */
    Answer isJson() {
        String type = header("Content-Type").toLowerCase(Locale.ROOT).split(";", 2)[0].strip();
        return require(type.equals("application/json"), "application/json")
                .require(json().isObject(), "one JSON object");
    }

    /** RFC 6749 section 5.2, and never a page. */
    Answer refuses(int expected, String word) {
        is(expected).isJson().has("Cache-Control", "no-store");
        return require(json().path("error").asText().equals(word), "error " + word);
    }

    /** Our own page: nobody is sent anywhere. */
    Answer isPage() {
        return isPage(400);
    }

    Answer isPage(int expected) {
        is(expected).hasNo("Location");
        return require(header("Content-Type").startsWith("text/html"), "a page");
    }

    /** A redirect, and only of the kind that turns a POST into a GET. */
    Answer isRedirect() {
        require(status == 302 || status == 303, "302 or 303");
        return require(!header("Location").isEmpty(), "a Location");
    }

    Answer require(boolean holds, String expected) {
        if (!holds) throw new AssertionError("expected " + expected + "; seen: " + this);
        return this;
    }

    /** What went to the client with the browser: the query of the Location. */
    Params location() {
        isRedirect();
        String location = header("Location");
        int question = location.indexOf('?');
        return Params.parse(question < 0 ? "" : location.substring(question + 1));
    }

    /** Everything that was received, for searches. */
    String whole() {
        return headers.stream()
                        .map(header -> header.getKey() + ": " + header.getValue())
                        .collect(Collectors.joining("\n"))
                + "\n\n"
                + new String(bytes, ISO_8859_1);
    }

    @Override
    public String toString() {
        String text = text();
        String beginning = text.length() > 400 ? text.substring(0, 400) + "…" : text;
        return "["
                + request
                + "] -> "
                + status
                + " "
                + headers.stream()
                        .filter(header -> !header.getKey().equalsIgnoreCase("Date"))
                        .map(header -> header.getKey() + ": " + header.getValue())
                        .collect(Collectors.joining("; "))
                + " | "
                + beginning.replace('\n', ' ');
    }
}
