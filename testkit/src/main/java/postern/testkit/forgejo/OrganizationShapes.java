package postern.testkit.forgejo;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The JSON of organisations and teams, which exist only as groups of their members. */
final class OrganizationShapes {
    private final Site site;

    OrganizationShapes(Site site) {
        this.site = site;
    }

    ObjectNode organization(String name) {
        long id = id(name);
        return Json.object()
                .put("id", id)
                .put("name", name)
                .put("full_name", "")
                .put("email", "")
                .put("avatar_url", site.link("/avatars/" + "%032x".formatted(id)))
                .put("description", "")
                .put("website", "")
                .put("location", "")
                .put("visibility", "private")
                .put("repo_admin_change_team_access", false)
                .put("username", name);
    }

    /** A team of the group {@code org:team}. */
    ObjectNode team(String group) {
        String[] names = group.split(":", 2);
        ObjectNode team =
                Json.object()
                        .put("id", id(group))
                        .put("name", names[1])
                        .put("description", "")
                        .set("organization", organization(names[0]));
        team.put("includes_all_repositories", false).put("permission", "write");
        team.putArray("units").add("repo.code").add("repo.issues");
        team.putObject("units_map").put("repo.code", "write").put("repo.issues", "write");
        return team.put("can_create_org_repo", false);
    }

    private static long id(String name) {
        return Math.abs((long) name.hashCode());
    }
}
