package postern.http;

/** 401: an Authorization field that names Basic and is not well-formed. Source: RFC 7617 §2. */
public final class BadCredentials extends HttpError {
    private static final long serialVersionUID = 1L;

    public BadCredentials(String detail) {
        super(401, "the client credentials are not valid", detail);
        with("WWW-Authenticate", "Basic realm=\"postern\"");
    }
}
