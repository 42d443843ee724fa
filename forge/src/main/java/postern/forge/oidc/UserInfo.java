package postern.forge.oidc;

import com.fasterxml.jackson.databind.node.ObjectNode;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.access.UpstreamRefused;
import postern.access.UpstreamUnavailable;
import postern.forge.ForgeHttp;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The name and the groups where the id_token has none: many providers put into it only what proves
 * the person. Source: OpenID Connect Core 1.0 sections 5.3 and 5.4.
 */
final class UserInfo {
    private static final Logger LOG = LoggerFactory.getLogger(UserInfo.class);

    private final ForgeHttp http;
    private final OidcConfig config;

    UserInfo(ForgeHttp http, OidcConfig config) {
        this.http = http;
        this.config = config;
    }

    /**
     * The claims of the id_token, and what it lacks of those that we use.
     *
     * @throws UpstreamRefused the provider speaks of somebody else (section 5.3.2)
     */
    ObjectNode completed(ObjectNode claims, ProviderMetadata provider, Optional<String> accessToken)
            throws UpstreamRefused, UpstreamUnavailable {
        List<String> lacking = wanted().stream().filter(name -> !claims.has(name)).toList();
        if (lacking.isEmpty() || provider.userInfo().isEmpty() || accessToken.isEmpty()) {
            return claims;
        }
        String address = provider.userInfo().get().toString();
        ForgeHttp.Answer answer = http.get(address, "Bearer " + accessToken.get());
        if (answer.status() >= 500 || answer.status() == 429) {
            throw new UpstreamUnavailable("userinfo has status " + answer.status(), null);
        }
        Optional<ObjectNode> told = answer.json().filter(json -> answer.status() == 200);
        if (told.isEmpty()) {
            LOG.atWarn()
                    .addKeyValue("status", answer.status())
                    .addKeyValue("effect", "people are shown by their subject")
                    .log("forge.oidc.userinfo-of-no-use");
            return claims;
        }
        if (!told.get().path("sub").equals(claims.path("sub"))) {
            throw new UpstreamRefused("userinfo has another sub than the id_token");
        }
        ObjectNode whole = claims.deepCopy();
        for (String name : lacking) {
            if (told.get().has(name)) whole.set(name, told.get().get(name));
        }
        return whole;
    }

    private List<String> wanted() {
        return Arrays.asList(config.scopes().split(" ")).contains(PersonClaims.GROUPS)
                ? List.of(PersonClaims.NAME, PersonClaims.GROUPS)
                : List.of(PersonClaims.NAME);
    }
}
