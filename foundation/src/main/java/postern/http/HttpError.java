package postern.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A refusal with a status. The hint is fixed English and leaves the house; the detail is for the
 * log only.
 */
public class HttpError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String hint;
    private final transient List<Response.Header> headers = new ArrayList<>();

    public HttpError(int status, String hint, String detail) {
        this(status, hint, detail, null);
    }

    public HttpError(int status, String hint, String detail, Throwable cause) {
        super(detail, cause, true, false);
        this.status = status;
        this.hint = hint;
    }

    public int status() {
        return status;
    }

    /** Public: no input, no id, no other system's text. */
    public String hint() {
        return hint;
    }

    /** For the log only. */
    public String detail() {
        return getMessage();
    }

    /** Adds a header field to the answer, for example {@code Retry-After}. */
    public HttpError with(String name, String value) {
        headers.add(new Response.Header(name, value));
        return this;
    }

    /** Fields that every shape of this refusal must carry, for example {@code Allow}. */
    public List<Response.Header> headers() {
        return List.copyOf(headers);
    }

    /** Problem JSON with the hint and the fields. */
    public Response toResponse() {
        Response response = Response.problem(status, StatusText.of(status), hint);
        for (Response.Header field : headers) response = response.with(field.name(), field.value());
        return response;
    }

    public static BadRequest badRequest(String hint, String detail) {
        return new BadRequest(hint, detail);
    }

    public static HttpError forbidden(String hint, String detail) {
        return new HttpError(403, hint, detail);
    }

    public static HttpError notFound() {
        return new HttpError(404, "there is nothing here", "no such resource");
    }

    /**
     * 405 with what would be allowed.
     *
     * @param allow value of the Allow field, for example {@code GET, HEAD}
     */
    public static HttpError methodNotAllowed(String allow) {
        return new HttpError(405, "this method is not allowed here", "method").with("Allow", allow);
    }

    public static HttpError tooLarge() {
        return new HttpError(413, "the request body is too large", "body over the limit");
    }

    public static HttpError tooManyRequests(Duration retryAfter) {
        return new HttpError(429, "too many requests", "rate limit")
                .with("Retry-After", String.valueOf(Math.max(1, retryAfter.toSeconds())));
    }

    public static HttpError unavailable(String hint, String detail, Duration retryAfter) {
        return new HttpError(503, hint, detail)
                .with("Retry-After", String.valueOf(Math.max(1, retryAfter.toSeconds())));
    }
}
