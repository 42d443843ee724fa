package postern.oauth.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which client_id is the URL of a Client ID Metadata Document: https, a host name, a path, no dot
 * segments, no fragment, no user information. Nothing else is ever fetched. Source: CIMD draft
 * section 3.
 */
final class DocumentUrl {
    private static final int MAX_LENGTH = 512;

    /** The last label begins with a letter, so that no spelling of an IP address passes. */
    private static final String HOST =
            "(?=[^/:]{1,253}[/:])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)*"
                    + "[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?";

    private static final Pattern SHAPE =
            Pattern.compile(
                    "https://"
                            + HOST
                            + "(?::[1-9][0-9]{0,4})?"
                            + "/[A-Za-z0-9._~!$&'()*+,;=:@%/-]+"
                            + "(?:\\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?");

    private DocumentUrl() {}

    /** Whether it claims to be one, right or wrong: no other kind of client_id looks so. */
    static boolean isMeantBy(String clientId) {
        return clientId.startsWith("https://");
    }

    static Optional<URI> parse(String clientId) {
        if (clientId.length() > MAX_LENGTH || !SHAPE.matcher(clientId).matches()) {
            return Optional.empty();
        }
        try {
            var url = new URI(clientId);
            boolean usable =
                    url.getHost() != null
                            && url.getPort() <= 65_535
                            && !RedirectUris.hasDotSegment(url.getRawPath());
            return usable ? Optional.of(url) : Optional.empty();
        } catch (URISyntaxException malformed) {
            return Optional.empty();
        }
    }
}
