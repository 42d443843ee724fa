package postern.http;

/** 400: bytes that are not one JSON object within our limits. */
public final class MalformedJson extends BadRequest {
    private static final long serialVersionUID = 1L;

    public MalformedJson(String detail) {
        super("the body is not valid JSON", detail);
    }
}
