package postern.http;

/**
 * Judges a request by its head alone, before any of its body is read, on a virtual thread; it may
 * block. Not asked when there is no body: so the handler must check again what it relies on.
 */
@FunctionalInterface
public interface HeadCheck {
    /**
     * @param head the request with an empty body
     * @throws HttpError the refusal; the body stays unread and the connection ends
     */
    void check(Request head);
}
