package postern.forge.oidc;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.access.UpstreamRefused;
import postern.access.UpstreamUnavailable;
import postern.core.Ticker;

import java.util.Optional;

/** The provider's two documents, remembered: what it says of itself, and its keys. */
final class Provider {
    private static final Logger LOG = LoggerFactory.getLogger(Provider.class);

    private final ProviderDocuments documents;
    private final Remembered<ProviderMetadata> metadata;
    private final Remembered<SigningKeys> keys;

    Provider(ProviderDocuments documents, Ticker ticker) {
        this.documents = documents;
        this.metadata = new Remembered<>(this::fetchMetadata, ticker);
        this.keys = new Remembered<>(this::fetchKeys, ticker);
    }

    /** Lets a wrong document be in the log before the first person signs in. */
    void lookAhead() {
        metadata.fetchBehind();
    }

    ProviderMetadata metadata() throws UpstreamUnavailable {
        return metadata.get();
    }

    /**
     * Looks once more with newer keys when the known ones do not do: providers change theirs.
     *
     * @throws UpstreamRefused it is not signed by the provider
     */
    void checkSignature(IdToken token, SigningAlgorithm algorithm)
            throws UpstreamRefused, UpstreamUnavailable {
        SigningKeys known = keys.get();
        SigningKeys.Finding finding = known.look(token, algorithm);
        if (finding != SigningKeys.Finding.VALID) {
            Optional<SigningKeys> newer = keys.newerThan(known);
            if (newer.isPresent()) finding = newer.get().look(token, algorithm);
        }
        switch (finding) {
            case VALID -> {}
            case NO_SUCH_KEY ->
                    throw new UpstreamRefused(
                            "the id_token is signed with a key that the provider does not publish");
            case WRONG -> throw new UpstreamRefused("the id_token has a wrong signature");
        }
    }

    private ProviderMetadata fetchMetadata() throws UpstreamUnavailable {
        try {
            ProviderMetadata read = documents.metadata(documents.discovery());
            if (!read.ownsUpToS256()) {
                LOG.atInfo()
                        .addKeyValue("effect", "S256 is sent all the same")
                        .log("forge.oidc.s256-not-listed");
            }
            return read;
        } catch (WrongDocument wrong) {
            throw refused(wrong);
        }
    }

    private SigningKeys fetchKeys() throws UpstreamUnavailable {
        try {
            return documents.keys(metadata());
        } catch (WrongDocument wrong) {
            throw refused(wrong);
        }
    }

    /** For the operator: trying again does not help. */
    private static UpstreamUnavailable refused(WrongDocument wrong) {
        LOG.atError().addKeyValue("problem", wrong.getMessage()).log("forge.oidc.document-refused");
        return new UpstreamUnavailable(wrong.getMessage(), wrong);
    }
}
