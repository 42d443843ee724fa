package postern.oauth.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.core.DataSize;
import postern.core.Secret;
import postern.http.HttpError;
import postern.http.StrictJson;
import postern.oauth.OAuthError;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the operator's file strictly: a misspelt member would silently mean something else. */
final class ClientsFileReader {
    private static final DataSize MAX_SIZE = DataSize.ofKibibytes(256);
    private static final long MAX_SECRET_FILE_BYTES = 4096;
    private static final Pattern ID = Pattern.compile("[\\x21-\\x7e]{1,512}");
    private static final Pattern SECRET = Pattern.compile("[\\x21-\\x7e]{32,512}");
    private static final Set<String> CLIENT_MEMBERS =
            Set.of(
                    "client_id",
                    "client_name",
                    "redirect_uris",
                    "client_secret",
                    "client_secret_file",
                    "token_endpoint_auth_method",
                    "grant_types");
    private static final Set<String> SERVER_MEMBERS =
            Set.of("id", "secret", "secret_file", "resource");

    private final Path file;
    private final Set<String> resources;
    private final Set<String> ids = new HashSet<>();

    ClientsFileReader(Path file, Set<String> resources) {
        this.file = file;
        this.resources = resources;
    }

    /** One member of a list, with what it is called in refusals. */
    private record Entry(String where, ObjectNode json) {
        InvalidClientsFile fault(String fault) {
            return new InvalidClientsFile(where + ": " + fault);
        }

        Optional<String> text(String member) throws InvalidClientsFile {
            JsonNode node = json.get(member);
            if (node == null) return Optional.empty();
            if (!node.isTextual()) throw fault(member + " must be a string");
            return Optional.of(node.textValue());
        }

        void only(Set<String> members) throws InvalidClientsFile {
            for (var member : json.properties()) {
                if (!members.contains(member.getKey())) {
                    throw fault(
                            "there is a member that is none of "
                                    + String.join(", ", members.stream().sorted().toList()));
                }
            }
        }
    }

    ClientsFile read() throws IOException, InvalidClientsFile {
        var whole = new Entry("the file", object());
        whole.only(Set.of("clients", "resource_servers"));
        List<ConfiguredClient> clients = new ArrayList<>();
        for (Entry entry : entries(whole, "clients", "client_id")) clients.add(client(entry));
        List<ResourceServer> servers = new ArrayList<>();
        for (Entry entry : entries(whole, "resource_servers", "id")) servers.add(server(entry));
        return new ClientsFile(clients, servers);
    }

    private ObjectNode object() throws IOException, InvalidClientsFile {
        if (Files.size(file) > MAX_SIZE.bytes()) throw new InvalidClientsFile("is too large");
        try {
            return StrictJson.parseObject(Files.readAllBytes(file), MAX_SIZE);
        } catch (HttpError malformed) {
            throw new InvalidClientsFile("is not one JSON object without repeated members");
        }
    }

    private static List<Entry> entries(Entry whole, String list, String idMember)
            throws InvalidClientsFile {
        JsonNode node = whole.json.get(list);
        if (node == null) return List.of();
        if (!node.isArray()) throw whole.fault(list + " must be an array");
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            String where = list + "[" + i + "]";
            if (!(node.get(i) instanceof ObjectNode json)) {
                throw new InvalidClientsFile(where + ": must be an object");
            }
            String id = json.path(idMember).asText("");
            boolean shown = ID.matcher(id).matches();
            entries.add(new Entry(shown ? where + " (" + id + ")" : where, json));
        }
        return entries;
    }

    private ConfiguredClient client(Entry entry) throws InvalidClientsFile {
        entry.only(CLIENT_MEMBERS);
        String id = id(entry, "client_id");
        Optional<Secret> secret = secret(entry, "client_secret");
        if (DocumentUrl.isMeantBy(id) && (DocumentUrl.parse(id).isEmpty() || secret.isPresent())) {
            throw entry.fault(
                    "client_id begins with https://, so it must be the URL of a client's document,"
                            + " and such a client has no secret");
        }
        try {
            return new ConfiguredClient(
                    id, ClientMetadata.ofOperator(entry.json, secret.isPresent()), secret);
        } catch (OAuthError refused) {
            throw entry.fault(refused.hint());
        }
    }

    private ResourceServer server(Entry entry) throws InvalidClientsFile {
        entry.only(SERVER_MEMBERS);
        String id = id(entry, "id");
        String resource = entry.text("resource").orElse("");
        if (!resources.contains(resource)) {
            throw entry.fault(
                    "resource must be an endpoint of this server: "
                            + String.join(", ", resources.stream().sorted().toList()));
        }
        Secret secret =
                secret(entry, "secret")
                        .orElseThrow(() -> entry.fault("secret_file or secret is missing"));
        return new ResourceServer(id, secret, resource);
    }

    private String id(Entry entry, String member) throws InvalidClientsFile {
        String id = entry.text(member).orElse("");
        if (!ID.matcher(id).matches()) {
            throw entry.fault(member + " must be 1 to 512 visible ASCII characters");
        }
        if (!ids.add(id)) throw entry.fault(member + " is there twice");
        return id;
    }

    private Optional<Secret> secret(Entry entry, String member) throws InvalidClientsFile {
        Optional<String> inline = entry.text(member);
        Optional<String> path = entry.text(member + "_file");
        if (inline.isPresent() && path.isPresent()) {
            throw entry.fault(member + " and " + member + "_file are both there");
        }
        Optional<String> text =
                path.isPresent() ? Optional.of(content(entry, member, path.get())) : inline;
        if (text.isPresent() && !SECRET.matcher(text.get()).matches()) {
            throw entry.fault(member + " must be 32 to 512 visible ASCII characters");
        }
        return text.map(Secret::ofUtf8);
    }

    /** Relative to the folder of the clients file. */
    private String content(Entry entry, String member, String path) throws InvalidClientsFile {
        try {
            Path secretFile = file.toAbsolutePath().resolveSibling(path);
            if (Files.size(secretFile) > MAX_SECRET_FILE_BYTES) throw new IOException("too large");
            return Files.readString(secretFile).strip();
        } catch (IOException | InvalidPathException unreadable) {
            throw entry.fault(member + "_file names a file that cannot be read");
        }
    }
}
