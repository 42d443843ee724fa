package postern.testkit.forgejo;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** People, their groups, tokens and grants over the control endpoint. */
final class PeopleControl {
    private final ForgejoDouble forge;

    PeopleControl(ForgejoDouble forge) {
        this.forge = forge;
    }

    void addTo(ControlVerbs verbs) {
        ForgejoOperator operator = forge.operator();
        verbs.answer(
                "POST users",
                fields -> told(forge.addUser(fields.need("login"), fields.need("password"))));
        verbs.add(
                "POST rename-user",
                fields -> forge.renameUser(fields.need("login"), fields.need("new_login")));
        verbs.add("POST delete-user", fields -> operator.deleteUser(fields.need("login")));
        verbs.answer(
                "POST replace-user", fields -> told(operator.replaceUser(fields.need("login"))));
        verbs.add("POST disable-user", fields -> operator.prohibit(fields.need("login"), true));
        verbs.add("POST enable-user", fields -> operator.prohibit(fields.need("login"), false));
        verbs.add(
                "POST must-change-password",
                fields -> operator.mustChangePassword(fields.need("login"), fields.yes("on")));
        verbs.add(
                "POST groups",
                fields ->
                        forge.setGroups(
                                fields.need("login"),
                                fields.list("groups").toArray(String[]::new)));
        verbs.add("POST join", fields -> operator.join(fields.need("login"), fields.need("group")));
        verbs.add(
                "POST leave", fields -> operator.leave(fields.need("login"), fields.need("group")));
        verbs.answer(
                "POST personal-token",
                fields ->
                        ControlVerbs.done()
                                .put(
                                        "token",
                                        forge.addPersonalToken(
                                                fields.need("login"),
                                                fields.optional("scopes", "all"))));
        verbs.add(
                "POST revoke-grant",
                fields -> forge.revokeGrant(fields.need("login"), fields.need("client_id")));
        verbs.add(
                "POST grant-scope",
                fields ->
                        operator.setGrantScope(
                                fields.need("login"),
                                fields.need("client_id"),
                                fields.optional("scope", "")));
    }

    private static ObjectNode told(DoubleUser user) {
        return ControlVerbs.done().put("id", user.id()).put("login", user.login());
    }
}
