package postern.forge.relay;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The addresses in {@code browser_download_url}: a child is given ones of the relay, since it sends
 * its token there, and its answers get the real ones back. A file on another host, which a release
 * may name, also becomes an address of the relay, where nothing is fetched: what strangers write
 * into a release must not make this machine call an address of their choice.
 */
final class DownloadUrls {
    static final String ELSEWHERE = "/elsewhere/";

    private static final String SAFE = "-._~:/?#[]@!$&()*+,;=%";

    private final URI relayUrl;
    private final URI publicUrl;
    private final Locations locations;

    DownloadUrls(URI relayUrl, URI publicUrl, Locations locations) {
        this.relayUrl = relayUrl;
        this.publicUrl = publicUrl;
        this.locations = locations;
    }

    String toChild(String url) {
        if (url.isEmpty()) return url;
        return locations.rewrite(url).orElseGet(() -> relayUrl + ELSEWHERE + encoded(url));
    }

    private static String encoded(String url) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(url.getBytes(StandardCharsets.UTF_8));
    }

    URI relayUrl() {
        return relayUrl;
    }

    URI publicUrl() {
        return publicUrl;
    }

    /**
     * The address that {@link #toChild} hid, with everything escaped that a text in JSON would
     * escape.
     *
     * @throws IllegalArgumentException this is not base64
     */
    static String decoded(String encoded) {
        var url = new StringBuilder();
        for (byte b : Base64.getUrlDecoder().decode(encoded)) {
            char c = (char) (b & 0xff);
            boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || SAFE.indexOf(c) >= 0);
            if (plain) url.append(c);
            else url.append('%').append(String.format("%02X", (int) c));
        }
        return url.toString();
    }
}
