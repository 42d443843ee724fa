package postern.forge.relay;

import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Text fields of JSON answers that a child does not get as they are: addresses of downloads, and
 * what webhooks sign in with elsewhere. Chat services take whoever knows the address of a hook for
 * its owner, so of that only the host is left. Source: {@code Hook} and the metadata of each kind
 * of hook in the APIs of Forgejo and Gitea.
 */
final class AnswerFields {
    private static final String STARS = "***";

    private static final List<String> HOOKS =
            List.of("/user/hooks", "/orgs/*/hooks", "/repos/*/*/hooks");

    private final Map<String, UnaryOperator<String>> everywhere;
    private final Map<String, UnaryOperator<String>> ofHooks;

    AnswerFields(DownloadUrls downloads) {
        everywhere =
                Map.of(
                        "browser_download_url", downloads::toChild,
                        "authorization_header", AnswerFields::starred,
                        "bot_token", AnswerFields::starred);
        ofHooks = new HashMap<>(everywhere);
        ofHooks.put("secret", AnswerFields::starred);
        ofHooks.put("api_token", AnswerFields::starred);
        ofHooks.put("url", AnswerFields::hostOnly);
        ofHooks.put("package_url", AnswerFields::hostOnly);
    }

    /** By name, and what becomes of the text. A text with a token in it is starred out. */
    Map<String, UnaryOperator<String>> of(RelayPath path, TokenScrub scrub) {
        boolean hooks = HOOKS.stream().anyMatch(path::isBelow);
        Map<String, UnaryOperator<String>> fields = new HashMap<>(hooks ? ofHooks : everywhere);
        fields.replaceAll(
                (_, change) -> text -> scrub.isInAddress(text) ? STARS : change.apply(text));
        return fields;
    }

    private static String starred(String text) {
        return text.isEmpty() ? text : STARS;
    }

    private static String hostOnly(String address) {
        if (address.isEmpty()) return address;
        try {
            URI uri = URI.create(address);
            if (uri.getScheme() == null || uri.getHost() == null) return STARS;
            String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
            return uri.getScheme() + "://" + uri.getHost() + port + "/" + STARS;
        } catch (IllegalArgumentException malformed) {
            return STARS;
        }
    }
}
