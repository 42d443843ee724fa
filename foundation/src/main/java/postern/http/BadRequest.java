package postern.http;

/** 400: the request is not what it must look like. */
public class BadRequest extends HttpError {
    private static final long serialVersionUID = 1L;

    public BadRequest(String hint, String detail) {
        super(400, hint, detail);
    }
}
