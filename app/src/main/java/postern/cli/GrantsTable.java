package postern.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import postern.access.LiveGrant;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Grants as aligned columns, or as JSON for scripts. Times are UTC. */
final class GrantsTable {
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm").withZone(ZoneOffset.UTC);
    private static final int MAX_NAME = 32;

    /**
     * @param name of the client, its own words; empty when it gave none or is forgotten
     */
    record Row(LiveGrant grant, String name) {}

    private GrantsTable() {}

    static String text(List<Row> rows) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(
                List.of(
                        "GRANT",
                        "USER",
                        "ID",
                        "CLIENT",
                        "SERVER",
                        "SCOPE",
                        "SINCE (UTC)",
                        "LAST USED",
                        "EXPIRES"));
        for (Row row : rows) lines.add(columns(row));
        int[] widths = new int[lines.getFirst().size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], length(line.get(i)));
            }
        }
        var text = new StringBuilder();
        for (List<String> line : lines) {
            var padded = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                padded.append(line.get(i)).append(" ".repeat(widths[i] - length(line.get(i)) + 2));
            }
            text.append(padded.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    private static List<String> columns(Row row) {
        var grant = row.grant().grant();
        return List.of(
                grant.id().value(),
                plain(grant.person().login()),
                Long.toString(grant.person().id()),
                row.name().isEmpty() ? plain(grant.clientId()) : plain(row.name()),
                grant.resource().replaceFirst("^https?://", ""),
                grant.scope().isReadOnly() ? "read" : "read+write",
                MINUTE.format(row.grant().since()),
                row.grant().lastUsed().map(MINUTE::format).orElse("-"),
                MINUTE.format(grant.expiresAt()));
    }

    /** A terminal obeys control characters, and a stranger has chosen the name. */
    static String plain(String text) {
        var shown = new StringBuilder();
        int points = 0;
        for (int point : text.codePoints().toArray()) {
            if (points++ == MAX_NAME) return shown + "…";
            int type = Character.getType(point);
            boolean harmful =
                    type == Character.CONTROL
                            || type == Character.FORMAT
                            || type == Character.SURROGATE
                            || type == Character.LINE_SEPARATOR
                            || type == Character.PARAGRAPH_SEPARATOR;
            shown.appendCodePoint(harmful ? '\ufffd' : point);
        }
        return shown.toString();
    }

    static String json(List<Row> rows) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (Row row : rows) {
            var grant = row.grant().grant();
            list.addObject()
                    .put("id", grant.id().value())
                    .put("user", grant.person().login())
                    .put("user_id", grant.person().id())
                    .put("issuer", grant.person().issuer())
                    .put("upstream_id", grant.person().upstreamId())
                    .put("client_id", grant.clientId())
                    .put("client_name", row.name())
                    .put("redirect_uri", grant.redirectUri())
                    .put("resource", grant.resource())
                    .put("scope", grant.scope().toString())
                    .put("since", second(Optional.of(row.grant().since())))
                    .put("last_used", second(row.grant().lastUsed()))
                    .put("expires", second(Optional.of(grant.expiresAt())));
        }
        return list.toPrettyString() + "\n";
    }

    private static String second(Optional<Instant> moment) {
        return moment.map(found -> Instant.ofEpochSecond(found.getEpochSecond()).toString())
                .orElse(null);
    }
}
