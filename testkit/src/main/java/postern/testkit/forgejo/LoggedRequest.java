package postern.testkit.forgejo;

/**
 * One request that the double finished; values of headers and bodies are left out.
 *
 * @param sequence counts from 1 in the order of arrival
 * @param status 0 when the connection broke without an answer
 * @param grantType of a token request, otherwise empty
 * @param login who the API token belonged to, otherwise empty
 */
public record LoggedRequest(
        long sequence,
        String method,
        String path,
        int status,
        AuthorizationKind authorization,
        String grantType,
        String login) {
    /** The kind of Authorization header a request carried. */
    public enum AuthorizationKind {
        NONE,
        BASIC,
        BEARER,
        TOKEN,
        OTHER
    }
}
