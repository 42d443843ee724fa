package postern.bridge;

import postern.http.HttpError;
import postern.http.Request;

/** One rule that a request has to keep; says nothing when it does. */
@FunctionalInterface
interface RequestCheck {
    /**
     * @throws HttpError the refusal
     */
    void check(Request request);
}
