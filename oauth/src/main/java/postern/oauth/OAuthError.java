package postern.oauth;

/**
 * A refusal with the word that goes over the wire. The hint is fixed English and leaves the house;
 * the detail is for the log only. An unknown token and somebody else's token get the same hint.
 */
public final class OAuthError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Wire words with the status that the token endpoint gives them. */
    public enum Code {
        INVALID_REQUEST(400),
        INVALID_CLIENT(401),
        INVALID_GRANT(400),
        UNAUTHORIZED_CLIENT(400),
        UNSUPPORTED_GRANT_TYPE(400),
        INVALID_SCOPE(400),
        /** RFC 8707 section 2. */
        INVALID_TARGET(400),
        UNSUPPORTED_RESPONSE_TYPE(400),
        ACCESS_DENIED(403),
        /** OpenID Connect Core section 3.1.2.6. */
        REQUEST_NOT_SUPPORTED(400),
        REQUEST_URI_NOT_SUPPORTED(400),
        SERVER_ERROR(500),
        TEMPORARILY_UNAVAILABLE(503),
        /** RFC 7591 section 3.2.2. */
        INVALID_REDIRECT_URI(400),
        INVALID_CLIENT_METADATA(400),
        /** RFC 7009 section 2.2.1. */
        UNSUPPORTED_TOKEN_TYPE(400);

        private final int status;

        Code(int status) {
            this.status = status;
        }

        public int status() {
            return status;
        }

        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private final Code code;
    private final String hint;

    public OAuthError(Code code, String hint, String detail) {
        this(code, hint, detail, null);
    }

    public OAuthError(Code code, String hint, String detail, Throwable cause) {
        super(detail, cause, true, code.status >= 500);
        this.code = code;
        this.hint = hint;
    }

    public static OAuthError invalidRequest(String hint, String detail) {
        return new OAuthError(Code.INVALID_REQUEST, hint, detail);
    }

    public static OAuthError invalidGrant(String hint, String detail) {
        return new OAuthError(Code.INVALID_GRANT, hint, detail);
    }

    /** One text for every reason: which of them holds is nobody's business. */
    public static OAuthError invalidClient(String detail) {
        return new OAuthError(
                Code.INVALID_CLIENT, "the client is unknown or its credentials are wrong", detail);
    }

    public Code code() {
        return code;
    }

    public String hint() {
        return hint;
    }
}
