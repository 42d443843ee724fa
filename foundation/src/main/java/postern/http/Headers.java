package postern.http;

import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.HttpString;

import java.util.List;
import java.util.Optional;

/** Header fields of a request. Names are compared without case; values are client text. */
public final class Headers {
    private final HeaderMap fields;

    Headers(HeaderMap fields) {
        this.fields = fields;
    }

    public static Headers of(Response.Header... fields) {
        var map = new HeaderMap();
        for (Response.Header field : fields) map.add(new HttpString(field.name()), field.value());
        return new Headers(map);
    }

    /** The first value; for fields where a second one does no harm. */
    public Optional<String> first(String name) {
        return Optional.ofNullable(fields.getFirst(name));
    }

    /** All values in the order of arrival. */
    public List<String> all(String name) {
        HeaderValues values = fields.get(name);
        return values == null ? List.of() : List.copyOf(values);
    }

    /**
     * The value of a field that may be sent once.
     *
     * @throws BadRequest when the field was sent more than once
     */
    public Optional<String> single(String name) {
        HeaderValues values = fields.get(name);
        if (values == null) return Optional.empty();
        if (values.size() > 1) {
            throw new BadRequest("a header field was sent twice", "repeated header " + name);
        }
        return Optional.of(values.getFirst());
    }
}
