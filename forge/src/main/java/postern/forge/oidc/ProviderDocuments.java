package postern.forge.oidc;

import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.access.UpstreamUnavailable;
import postern.forge.ForgeHttp;

/**
 * Fetches what a provider publishes: no redirect is followed, and a wrong one says what to change.
 */
final class ProviderDocuments {
    private final OidcConfig config;
    private final ForgeHttp http;

    ProviderDocuments(OidcConfig config, ForgeHttp http) {
        this.config = config;
        this.http = http;
    }

    /** The answer at the address of the discovery document, whatever it is. */
    ForgeHttp.Answer discovery() throws UpstreamUnavailable {
        return http.get(config.documentAddress());
    }

    ProviderMetadata metadata(ForgeHttp.Answer answer) throws UpstreamUnavailable, WrongDocument {
        return ProviderMetadata.read(
                object(answer, "discovery document", config.documentAddress()), config);
    }

    SigningKeys keys(ProviderMetadata metadata) throws UpstreamUnavailable, WrongDocument {
        String address = metadata.keys().toString();
        return SigningKeys.read(object(http.get(address), "list of keys", address));
    }

    private static ObjectNode object(ForgeHttp.Answer answer, String name, String address)
            throws UpstreamUnavailable, WrongDocument {
        int status = answer.status();
        if (status >= 500 || status == 429) {
            throw new UpstreamUnavailable("the " + name + " has status " + status, null);
        }
        if (status >= 300 && status < 400) {
            throw new WrongDocument(
                    "the provider's "
                            + name
                            + " is a redirect, which is not followed: set POSTERN_OIDC_ISSUER to"
                            + " the address that the provider calls itself");
        }
        if (status != 200) {
            throw new WrongDocument(
                    "there is no "
                            + name
                            + " at "
                            + address
                            + " (status "
                            + status
                            + "): correct POSTERN_OIDC_ISSUER");
        }
        return answer.json()
                .orElseThrow(() ->
                        new WrongDocument(
                                "the provider's "
                                        + name
                                        + " is no JSON object: look at what answers there"));
    }
}
