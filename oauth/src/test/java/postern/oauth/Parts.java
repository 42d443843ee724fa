package postern.oauth;

import postern.access.Grants;
import postern.access.TokenCheck;
import postern.access.Tokens;
import postern.forge.Upstream;
import postern.http.Cookies;
import postern.http.PageKit;
import postern.oauth.client.Clients;
import postern.store.Database;
import postern.vault.Vault;

import java.security.SecureRandom;

/** What an authorization server is made of. */
public record Parts(
        OAuthConfig config,
        Database database,
        Vault vault,
        Grants grants,
        Tokens tokens,
        TokenCheck tokenCheck,
        Clients clients,
        Upstream upstream,
        Cookies cookies,
        PageKit pageKit,
        TestClock clock,
        SecureRandom random) {
    Parts with(Upstream other) {
        return new Parts(
                config,
                database,
                vault,
                grants,
                tokens,
                tokenCheck,
                clients,
                other,
                cookies,
                pageKit,
                clock,
                random);
    }
}
