package postern.testkit.forgejo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.List;

/** The JSON of releases and attachments. */
final class AttachmentShapes {
    private final ApiShapes shapes;
    private final Site site;

    AttachmentShapes(ApiShapes shapes, Site site) {
        this.shapes = shapes;
        this.site = site;
    }

    /** {@code browser_download_url} is always made from ROOT_URL, or it leads to another host. */
    ObjectNode attachment(Attachment attachment) {
        return attachment(attachment, site.link("/attachments/" + attachment.uuid));
    }

    /** As in lists of a release: the address names tag and file. */
    ObjectNode attachment(Repository repository, Release release, Attachment attachment) {
        String path = "/releases/download/" + release.tag + "/" + attachment.name;
        return attachment(attachment, site.link("/" + shapes.fullName(repository) + path));
    }

    private ObjectNode attachment(Attachment attachment, String here) {
        String url = attachment.elsewhere.map(Object::toString).orElse(here);
        ObjectNode node =
                Json.object()
                        .put("id", attachment.id)
                        .put("name", attachment.name)
                        .put("size", attachment.content.length)
                        .put("download_count", attachment.downloads)
                        .put("created_at", ApiShapes.THEN)
                        .put("uuid", attachment.uuid)
                        .put("browser_download_url", url);
        if (site.conduct().personality().externalAttachments()) {
            node.put("type", attachment.elsewhere.isPresent() ? "external" : "attachment");
        }
        return node;
    }

    List<ObjectNode> attachments(List<Attachment> all) {
        return all.stream().map(this::attachment).toList();
    }

    ObjectNode release(Repository repository, Release release) {
        String page = "/" + shapes.fullName(repository);
        String api = "/api/v1/repos" + page + "/releases/" + release.id;
        ObjectNode node =
                Json.object()
                        .put("id", release.id)
                        .put("tag_name", release.tag)
                        .put("target_commitish", "main")
                        .put("name", release.title)
                        .put("body", release.body)
                        .put("url", site.link(api))
                        .put("html_url", site.link(page + "/releases/tag/" + release.tag))
                        .put("tarball_url", site.link(page + "/archive/" + release.tag + ".tar.gz"))
                        .put("zipball_url", site.link(page + "/archive/" + release.tag + ".zip"))
                        .put("upload_url", site.link(api + "/assets"))
                        .put("draft", false)
                        .put("prerelease", false)
                        .put("created_at", ApiShapes.THEN)
                        .put("published_at", ApiShapes.THEN)
                        .set("author", shapes.user(release.authorId));
        ArrayNode assets = node.putArray("assets");
        release.assets.forEach(asset -> assets.add(attachment(repository, release, asset)));
        return node;
    }
}
