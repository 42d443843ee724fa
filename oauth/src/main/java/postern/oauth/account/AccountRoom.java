package postern.oauth.account;

import postern.access.GrantList;
import postern.access.Grants;
import postern.forge.Upstream;
import postern.http.Cookies;
import postern.http.PageKit;
import postern.oauth.OAuthConfig;
import postern.oauth.browser.Browsers;
import postern.oauth.client.Clients;
import postern.store.Database;
import postern.vault.Vault;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;

/** The parts of this room, put together once for each who uses it; what they know is stored. */
record AccountRoom(
        Database database,
        Vault vault,
        Grants grants,
        GrantList grantList,
        Clients clients,
        Upstream upstream,
        AccountSessions sessions,
        Approvals approvals,
        Browsers browsers,
        InstantSource clock,
        AccountPages pages) {
    static AccountRoom of(
            OAuthConfig config,
            Database database,
            Vault vault,
            Grants grants,
            Clients clients,
            Upstream upstream,
            Cookies cookies,
            PageKit pageKit,
            InstantSource clock,
            SecureRandom random,
            Optional<String> signInSources) {
        var list = new GrantList(grants);
        return new AccountRoom(
                database,
                vault,
                grants,
                list,
                clients,
                upstream,
                new AccountSessions(vault, config.issuer(), random),
                new Approvals(vault, list),
                new Browsers(cookies, vault, random, config.issuer().toString()),
                clock,
                new AccountPages(pageKit, upstream.displayName(), signInSources));
    }
}
