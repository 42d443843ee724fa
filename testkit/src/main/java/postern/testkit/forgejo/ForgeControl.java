package postern.testkit.forgejo;

import com.fasterxml.jackson.databind.node.ObjectNode;

import java.net.URI;
import java.time.Duration;

/** Applications, content and the forge itself over the control endpoint. */
final class ForgeControl {
    private final ForgejoDouble forge;

    ForgeControl(ForgejoDouble forge) {
        this.forge = forge;
    }

    void addTo(ControlVerbs verbs) {
        addApplications(verbs);
        addContent(verbs);
        ForgejoOperator operator = forge.operator();
        verbs.add(
                "POST personality",
                fields -> operator.become(Personality.named(fields.need("name"))));
        verbs.add(
                "POST clock-skew",
                fields -> operator.skewClock(Duration.ofSeconds(fields.number("seconds", "0"))));
        verbs.add("POST require-sign-in", fields -> operator.requireSignIn(fields.yes("on")));
    }

    private void addApplications(ControlVerbs verbs) {
        verbs.answer("POST apps", this::registerApp);
        verbs.add("POST delete-app", fields -> forge.deleteApp(fields.need("client_id")));
        verbs.answer(
                "POST change-secret",
                fields ->
                        ControlVerbs.done()
                                .put(
                                        "client_secret",
                                        forge.changeSecret(fields.need("client_id"))));
        verbs.add(
                "POST redirect-uris",
                fields ->
                        forge.operator()
                                .setRedirectUris(
                                        fields.need("client_id"), fields.list("redirect_uris")));
        verbs.add(
                "POST trust",
                fields -> forge.operator().trust(fields.need("client_id"), fields.yes("on")));
    }

    private ObjectNode registerApp(ControlFields fields) {
        boolean confidential = !fields.optional("public", "").equals("true");
        DoubleApp app =
                forge.registerApp(fields.need("name"), fields.list("redirect_uris"), confidential);
        return ControlVerbs.done()
                .put("client_id", app.clientId())
                .put("client_secret", app.clientSecret());
    }

    private void addContent(ControlVerbs verbs) {
        verbs.add(
                "POST rename-repository",
                fields ->
                        forge.content()
                                .renameRepository(
                                        fields.need("owner"),
                                        fields.need("repo"),
                                        fields.need("new_name")));
        verbs.answer(
                "POST release",
                fields ->
                        ControlVerbs.done()
                                .put(
                                        "id",
                                        forge.content()
                                                .addRelease(
                                                        fields.need("owner"),
                                                        fields.need("repo"),
                                                        fields.need("tag"))));
        verbs.answer("POST release-file", this::addReleaseFile);
        verbs.answer(
                "POST issue-file",
                fields ->
                        ControlVerbs.done()
                                .put(
                                        "id",
                                        forge.content()
                                                .addIssueFile(
                                                        fields.need("owner"),
                                                        fields.need("repo"),
                                                        fields.number("issue", "1"),
                                                        fields.need("name"),
                                                        fields.need("content"))));
    }

    private ObjectNode addReleaseFile(ControlFields fields) {
        String owner = fields.need("owner");
        String repo = fields.need("repo");
        String tag = fields.need("tag");
        String name = fields.need("name");
        String elsewhere = fields.optional("url", "");
        long id =
                elsewhere.isEmpty()
                        ? forge.content()
                                .addReleaseFile(owner, repo, tag, name, fields.need("content"))
                        : forge.content()
                                .addReleaseLink(owner, repo, tag, name, URI.create(elsewhere));
        return ControlVerbs.done().put("id", id);
    }
}
