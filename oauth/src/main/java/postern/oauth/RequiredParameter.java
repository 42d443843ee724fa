package postern.oauth;

import postern.http.FormParams;

/** A parameter without which a request says nothing. */
public final class RequiredParameter {
    private RequiredParameter() {}

    /**
     * @throws OAuthError invalid_request when it is missing or empty
     */
    public static String of(FormParams form, String name) {
        return form.single(name)
                .orElseThrow(() -> OAuthError.invalidRequest(name + " is missing", "no " + name));
    }
}
