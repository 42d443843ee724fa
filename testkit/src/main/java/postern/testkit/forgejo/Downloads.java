package postern.testkit.forgejo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The attachments themselves, at the addresses that the API names. They are outside the API, yet a
 * bad token is refused on public files too (section E).
 */
final class Downloads {
    private static final Pattern BY_UUID = Pattern.compile("/attachments/([^/]+)");
    private static final Pattern OF_RELEASE =
            Pattern.compile("/([^/]+)/([^/]+)/releases/download/([^/]+)/([^/]+)");

    private final Conduct conduct;
    private final Repositories repositories;
    private final ApiAuthentication authentication;

    Downloads(Conduct conduct, Repositories repositories, ApiAuthentication authentication) {
        this.conduct = conduct;
        this.repositories = repositories;
        this.authentication = authentication;
    }

    static boolean isDownload(String path) {
        return BY_UUID.matcher(path).matches() || OF_RELEASE.matcher(path).matches();
    }

    void download(Exchange exchange) {
        ApiAuthentication.Presented presented = authentication.read(exchange);
        if (!presented.isMissing() && presented.owner().isEmpty()) {
            exchange.text(401, conduct.personality().badWebToken());
            return;
        }
        long viewerId = presented.owner().map(owner -> owner.user().id()).orElse(0L);
        synchronized (repositories) {
            find(exchange.path(), viewerId)
                    .ifPresentOrElse(
                            found -> send(exchange, found),
                            () -> exchange.plain(404, "Not found.\n"));
        }
    }

    private Optional<Attachment> find(String path, long viewerId) {
        Matcher byUuid = BY_UUID.matcher(path);
        if (byUuid.matches()) {
            return repositories.attachment(byUuid.group(1), viewerId);
        }
        Matcher ofRelease = OF_RELEASE.matcher(path);
        if (!ofRelease.matches()) {
            return Optional.empty();
        }
        String tag = decoded(ofRelease.group(3));
        String name = decoded(ofRelease.group(4));
        return repositories
                .find(decoded(ofRelease.group(1)), decoded(ofRelease.group(2)), viewerId)
                .flatMap(repository ->
                        repository.releases.stream()
                                .filter(release -> release.tag.equals(tag))
                                .flatMap(release -> release.assets.stream())
                                .filter(asset -> asset.name.equals(name))
                                .findFirst());
    }

    private static String decoded(String segment) {
        return URLDecoder.decode(segment.replace("+", "%2B"), UTF_8);
    }

    private static void send(Exchange exchange, Attachment attachment) {
        if (attachment.elsewhere.isPresent()) {
            exchange.redirect(attachment.elsewhere.get().toString());
            return;
        }
        attachment.downloads++;
        String name = attachment.name;
        exchange.setHeader(
                "Content-Disposition",
                "inline; filename=\"" + name + "\"; filename*=UTF-8''" + name);
        exchange.reply.set(200, "text/plain; charset=utf-8", attachment.content);
    }
}
