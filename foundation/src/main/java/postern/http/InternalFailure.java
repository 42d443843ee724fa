package postern.http;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** 500: says that it was us and under which request id the log has the cause, and no more. */
final class InternalFailure extends HttpError {
    private static final long serialVersionUID = 1L;

    private final String requestId;

    private InternalFailure(String requestId) {
        super(500, "something went wrong on our side", "internal");
        this.requestId = requestId;
    }

    static InternalFailure of(String requestId) {
        return new InternalFailure(requestId);
    }

    @Override
    public Response toResponse() {
        ObjectNode problem = Response.problemNode(500, StatusText.of(500), hint());
        return Response.problem(problem.put("request_id", requestId));
    }
}
