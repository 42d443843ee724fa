package postern.testkit.forgejo;

import java.net.URI;

/**
 * Addresses as the forge writes them: always from ROOT_URL, never from the request (section A1).
 */
record Site(URI rootUrl, Conduct conduct) {
    Site {
        String text = rootUrl.toString();
        rootUrl = text.endsWith("/") ? rootUrl : URI.create(text + "/");
    }

    /** An absolute link; {@code path} begins with a slash. */
    String link(String path) {
        return rootUrl + path.substring(1);
    }

    /** A link without host, with the path that ROOT_URL has. */
    String localLink(String path) {
        return rootUrl.getRawPath() + path.substring(1);
    }

    String issuer() {
        String text = rootUrl.toString();
        return conduct.personality().issuerEndsWithSlash()
                ? text
                : text.substring(0, text.length() - 1);
    }

    String avatar(DoubleUser user) {
        return link("/avatars/" + "%032x".formatted(user.id()));
    }
}
