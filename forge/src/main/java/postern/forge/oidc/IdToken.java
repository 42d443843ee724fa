package postern.forge.oidc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.access.UpstreamRefused;
import postern.core.DataSize;
import postern.http.HttpError;
import postern.http.StrictJson;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An id_token, read and not yet believed. Source: RFC 7515 section 3.1, compact serialization.
 *
 * @param signed the bytes that the signature is over
 * @param signature empty when there is none
 */
record IdToken(ObjectNode header, ObjectNode claims, byte[] signed, byte[] signature) {
    private static final DataSize MAX = DataSize.ofKibibytes(64);
    private static final Pattern COMPACT =
            Pattern.compile("([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]*)");

    /** 9999-12-31: what lies behind is no date that anybody means. */
    private static final double LAST_SECOND = 253_402_300_799.0;

    /**
     * @throws UpstreamRefused it is none, or too large
     */
    static IdToken read(String text) throws UpstreamRefused {
        if (text.length() > MAX.bytes()) throw new UpstreamRefused("the id_token is too large");
        Matcher parts = COMPACT.matcher(text);
        if (!parts.matches()) throw new UpstreamRefused("the id_token is no signed JWT");
        try {
            return new IdToken(
                    object(parts.group(1)),
                    object(parts.group(2)),
                    text.substring(0, parts.end(2)).getBytes(StandardCharsets.US_ASCII),
                    Base64.getUrlDecoder().decode(parts.group(3)));
        } catch (HttpError | IllegalArgumentException malformed) {
            throw new UpstreamRefused("the id_token is malformed");
        }
    }

    private static ObjectNode object(String part) {
        return StrictJson.parseObject(Base64.getUrlDecoder().decode(part), MAX);
    }

    Optional<String> keyId() {
        return Optional.ofNullable(header.get("kid")).map(kid -> kid.asText(""));
    }

    /** A claim that is text; empty when it is missing or something else. */
    Optional<String> text(String claim) {
        return Optional.ofNullable(claims.get(claim))
                .filter(JsonNode::isTextual)
                .map(JsonNode::asText);
    }

    /** A claim that is a moment; empty when it is missing or something else (RFC 7519 §2). */
    Optional<Instant> moment(String claim) {
        return Optional.ofNullable(claims.get(claim))
                .filter(JsonNode::isNumber)
                .map(JsonNode::asDouble)
                .filter(seconds -> seconds >= 0 && seconds <= LAST_SECOND)
                .map(seconds -> Instant.ofEpochMilli((long) (seconds * 1000)));
    }
}
