package postern.oauth.token;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.access.EndReason;
import postern.access.Grant;
import postern.access.GrantId;
import postern.access.Grants;
import postern.access.Tokens;
import postern.http.FormParams;
import postern.http.Request;
import postern.http.Response;
import postern.oauth.RequiredParameter;
import postern.oauth.client.Client;
import postern.oauth.client.ClientAuthentication;
import postern.store.Database;
import postern.store.Tx;
import postern.vault.TokenKind;
import postern.vault.Vault;

import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * {@code POST /oauth/revoke} (RFC 7009). Either token ends the whole grant, which is what clients
 * mean by signing out. An unknown token and another client's get the same 200.
 */
public final class RevocationEndpoint {
    private static final Logger LOG = LoggerFactory.getLogger(RevocationEndpoint.class);

    private final ClientAuthentication authentication;
    private final Database database;
    private final Grants grants;
    private final Tokens tokens;
    private final Vault vault;
    private final InstantSource clock;

    public RevocationEndpoint(
            ClientAuthentication authentication,
            Database database,
            Grants grants,
            Tokens tokens,
            Vault vault,
            InstantSource clock) {
        this.authentication = authentication;
        this.database = database;
        this.grants = grants;
        this.tokens = tokens;
        this.vault = vault;
        this.clock = clock;
    }

    public Response handle(Request request) {
        FormParams form = FormParams.ofBody(request);
        form.single("token_type_hint"); // throws when it is repeated
        Client client = authentication.authenticate(request, form);
        String token = RequiredParameter.of(form, "token");
        Instant now = clock.instant();
        // looks first: who has nothing to end must not keep the writer from others
        Optional<GrantId> own =
                database.read(tx -> grantOf(tx, token))
                        .filter(grant -> grant.clientId().equals(client.id()))
                        .filter(grant -> grant.endedAt().isEmpty())
                        .map(Grant::id);
        own.ifPresent(grant -> {
            database.write(tx -> grants.end(tx, grant, EndReason.REVOKED_BY_CLIENT, now));
            LOG.atInfo().addKeyValue("grant", grant).log("oauth.grant.revoked");
        });
        return Response.empty(200).with("Cache-Control", "no-store");
    }

    /** {@code token_type_hint} may be wrong, and the prefix tells the kind anyway. */
    private Optional<Grant> grantOf(Tx tx, String text) throws SQLException {
        var access = vault.recognise(TokenKind.ACCESS, text);
        if (access.isPresent()) return tokens.grantOfAccess(tx, access.get());
        var refresh = vault.recognise(TokenKind.REFRESH, text);
        if (refresh.isEmpty()) return Optional.empty();
        // the text proves whose it is, also when its row is long gone
        return grants.find(tx, new GrantId(refresh.get().grantId().orElseThrow()));
    }
}
