package postern.oauth.account;

import postern.access.Scope;

/**
 * What a person need not be asked again: this client, at this redirect URI, for this server, up to
 * this scope.
 */
public record Approval(
        long personId, String clientId, String redirectUri, String resource, Scope scope) {
    boolean covers(Approval asked) {
        return personId == asked.personId
                && clientId.equals(asked.clientId)
                && redirectUri.equals(asked.redirectUri)
                && resource.equals(asked.resource)
                && scope.covers(asked.scope);
    }
}
