package postern.forge.relay;

import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;

import java.util.Locale;

/**
 * Bodies whose fields Forgejo reads as parameters: there, too, {@code sudo} makes an
 * administrator's request somebody else's, and {@code token} another token's. The API itself takes
 * JSON, and multipart for uploads.
 */
final class FormBodies {
    private FormBodies() {}

    /**
     * @throws RelayRefusal 400 or 415
     */
    static void check(HeaderMap headers) throws RelayRefusal {
        HeaderValues types = headers.get(Headers.CONTENT_TYPE);
        if (types != null && types.size() > 1) {
            throw new RelayRefusal(400, "there is more than one Content-Type");
        }
        if (type(headers).contains("x-www-form-urlencoded")) {
            throw new RelayRefusal(415, "send JSON: forms are not served here");
        }
    }

    /**
     * The query as it goes to the forge. Go puts fields of a multipart body behind those of the
     * query and takes the first: an empty {@code sudo} there takes effect and says nothing.
     */
    static String query(String query, HeaderMap headers) {
        if (!type(headers).contains("multipart/")) return query;
        return query.isEmpty() ? "sudo=" : query + "&sudo=";
    }

    private static String type(HeaderMap headers) {
        String type = headers.getFirst(Headers.CONTENT_TYPE);
        return type == null ? "" : type.toLowerCase(Locale.ROOT);
    }
}
