package postern.bridge;

import postern.http.HttpError;
import postern.http.Response;
import postern.mcp.JsonRpcErrors;
import postern.mcp.Malformed;

import java.util.Optional;

/** A refusal in the shape of the protocol: an HTTP status and a JSON-RPC error. */
public final class McpRefusal extends HttpError {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final transient Optional<byte[]> id;

    /**
     * @param id JSON text of the request's id, where one is known
     * @param hint fixed English without quotes and backslashes
     */
    public McpRefusal(int status, int code, Optional<byte[]> id, String hint, String detail) {
        super(status, hint, detail);
        this.code = code;
        this.id = id;
    }

    /** With our own code, which no client takes for an error of 2026-07-28. */
    public static McpRefusal of(int status, String hint, String detail) {
        return new McpRefusal(status, JsonRpcErrors.SERVER_ERROR, Optional.empty(), hint, detail);
    }

    static McpRefusal of(Malformed malformed) {
        return new McpRefusal(
                400, malformed.code(), Optional.empty(), malformed.hint(), "malformed message");
    }

    /** One answer for unknown, ended and foreign sessions. */
    public static McpRefusal unknownSession(String detail) {
        return of(404, "there is no such session, start a new one with initialize", detail);
    }

    @Override
    public McpRefusal with(String name, String value) {
        super.with(name, value);
        return this;
    }

    @Override
    public Response toResponse() {
        Response response = Response.json(status(), JsonRpcErrors.error(id, code, hint()));
        return fields(this, response);
    }

    /** The shape of any refusal on a protocol endpoint, those of the HTTP frame included. */
    public static Response shape(HttpError error) {
        if (error instanceof McpRefusal refusal) return refusal.toResponse();
        String hint = error.hint().replace('"', '\'').replace('\\', '/');
        byte[] body = JsonRpcErrors.error(Optional.empty(), JsonRpcErrors.SERVER_ERROR, hint);
        return fields(error, Response.json(error.status(), body));
    }

    private static Response fields(HttpError error, Response response) {
        Response answer = response.with("Cache-Control", "no-store");
        for (Response.Header field : error.headers()) {
            answer = answer.with(field.name(), field.value());
        }
        return answer;
    }
}
