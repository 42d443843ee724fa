package postern.bridge.legacy;

import postern.access.GrantId;
import postern.access.Principal;
import postern.access.Scope;
import postern.bridge.ServerDefinition;

/** Whose a session is. With another grant, server or scope it does not exist. */
record SessionOwner(GrantId grant, String server, Scope scope) {
    static SessionOwner of(Principal principal, ServerDefinition server) {
        return new SessionOwner(principal.grant(), server.name(), principal.scope());
    }
}
