package postern.cli;

import postern.access.EndReason;
import postern.access.Grant;
import postern.access.GrantEnds;
import postern.access.GrantId;
import postern.access.GrantList;
import postern.access.Grants;
import postern.access.LiveGrant;
import postern.access.Person;
import postern.app.Clocks;
import postern.app.Keys;
import postern.app.StartRefused;
import postern.app.config.Configuration;
import postern.app.config.ConfigurationReader;
import postern.app.config.ConfigurationRefused;
import postern.oauth.account.AccountSessions;
import postern.oauth.account.Approvals;
import postern.oauth.client.Client;
import postern.oauth.client.Clients;
import postern.store.Database;
import postern.store.StoreRefused;
import postern.store.Tx;
import postern.vault.Vault;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code postern grants list} and {@code postern grants revoke}: works beside a running server,
 * which notices within a second.
 */
public final class GrantsCommand {
    private static final int REFUSED = 1;
    private static final int USAGE = 2;
    private static final String USAGE_TEXT =
            """
            usage: postern grants list [--user LOGIN] [--json]
                   postern grants revoke GRANT-ID | --user LOGIN | --client ID | --all
            a LOGIN may be given as id:NUMBER, the number of 'postern grants list'
            """;

    private final Map<String, String> environment;
    private final List<String> arguments;
    private final Clocks clocks;

    public GrantsCommand(Map<String, String> environment, List<String> arguments, Clocks clocks) {
        this.environment = environment;
        this.arguments = arguments;
        this.clocks = clocks;
    }

    /** The rooms that the command needs, on the data of the server. */
    private record Rooms(
            Database database,
            Grants grants,
            GrantList list,
            Clients clients,
            Approvals approvals,
            AccountSessions sessions) {}

    /**
     * @return exit status
     */
    public int run() throws ConfigurationRefused, StartRefused {
        Optional<GrantsArguments> parsed = GrantsArguments.parse(arguments);
        if (parsed.isEmpty()) {
            System.err.print(USAGE_TEXT);
            return USAGE;
        }
        Configuration configuration =
                ConfigurationReader.read(environment, parsed.get().settings()).configuration();
        Path file = configuration.dataDir().resolve("postern.db");
        if (!Files.exists(file)) {
            throw new StartRefused("there is no database yet, start the server first: " + file);
        }
        try (Database database = Database.open(file);
                GrantEnds ends = new GrantEnds(database)) {
            Vault vault = Keys.openVault(configuration, database, clocks.random());
            var grants = new Grants(database, vault, ends);
            var list = new GrantList(grants);
            var rooms =
                    new Rooms(
                            database,
                            grants,
                            list,
                            new Clients(database),
                            new Approvals(vault, list),
                            new AccountSessions(
                                    vault, URI.create("http://127.0.0.1"), clocks.random()));
            return switch (parsed.get().action()) {
                case LIST -> list(rooms, parsed.get());
                case REVOKE -> revoke(rooms, parsed.get());
            };
        } catch (StoreRefused refused) {
            throw new StartRefused(refused.getMessage() + " [" + file + "]", refused);
        }
    }

    private int list(Rooms rooms, GrantsArguments asked) {
        Instant now = clocks.instants().instant();
        List<GrantsTable.Row> rows =
                rooms.database.read(tx -> {
                    List<Person> meant = people(rooms, tx, asked);
                    List<GrantsTable.Row> found = new ArrayList<>();
                    for (LiveGrant grant : rooms.list.all(tx, now)) {
                        boolean wanted = asked.user().isEmpty() || isOneOf(meant, grant.grant());
                        if (!wanted) continue;
                        String name =
                                rooms.clients
                                        .find(tx, grant.grant().clientId())
                                        .map(Client::name)
                                        .orElse("");
                        found.add(new GrantsTable.Row(grant, name));
                    }
                    return found;
                });
        if (asked.json()) {
            System.out.print(GrantsTable.json(rows));
        } else if (rows.isEmpty()) {
            System.out.println(
                    asked.user().isPresent()
                            ? "there is no grant of this user"
                            : "there is no grant: nobody has let a program in");
        } else {
            System.out.print(GrantsTable.text(rows));
        }
        return 0;
    }

    /** Whom {@code --user} may mean. */
    private static List<Person> people(Rooms rooms, Tx tx, GrantsArguments asked)
            throws SQLException {
        return asked.user().isEmpty()
                ? List.of()
                : PeopleMeant.by(tx, rooms.grants, asked.user().get());
    }

    private static boolean isOneOf(List<Person> people, Grant grant) {
        return people.stream().anyMatch(person -> person.id() == grant.person().id());
    }

    private int revoke(Rooms rooms, GrantsArguments asked) {
        Instant now = clocks.instants().instant();
        List<Person> people = rooms.database.read(tx -> people(rooms, tx, asked));
        if (people.size() > 1) {
            System.err.print(PeopleMeant.question(people));
            return REFUSED;
        }
        int browsers = 0;
        for (Person person : people) {
            browsers += rooms.database.write(tx -> signOut(rooms, tx, person.id()));
        }
        List<Grant> meant =
                rooms.database.read(tx -> rooms.list.all(tx, now)).stream()
                        .map(LiveGrant::grant)
                        .filter(grant -> isMeant(asked, people, grant))
                        .toList();
        int revoked = 0;
        // many small writes, so that a server beside this waits for none of them long
        for (Grant grant : meant) {
            if (rooms.database.write(tx -> end(rooms, tx, asked, grant, now))) revoked++;
        }
        if (revoked == 0 && browsers == 0 && !asked.all()) {
            System.err.println("postern: there is no such grant, see 'postern grants list'");
            return REFUSED;
        }
        System.out.println("revoked: " + revoked + (revoked == 1 ? " grant" : " grants"));
        return 0;
    }

    private static boolean isMeant(GrantsArguments asked, List<Person> people, Grant grant) {
        return asked.all()
                || asked.grant().flatMap(GrantId::parse).equals(Optional.of(grant.id()))
                || isOneOf(people, grant)
                || asked.client().equals(Optional.of(grant.clientId()));
    }

    /** From the account page, with or without a grant; whatever was agreed is asked again. */
    private static int signOut(Rooms rooms, Tx tx, long person) throws SQLException {
        rooms.approvals.forgetAllOf(tx, person);
        return rooms.sessions.endAllOf(tx, person);
    }

    /** What was not to be asked again has to be asked, and a whole person is signed out as well. */
    private static boolean end(Rooms rooms, Tx tx, GrantsArguments asked, Grant grant, Instant now)
            throws SQLException {
        rooms.approvals.forgetClient(tx, grant.person().id(), grant.clientId());
        if (asked.all()) signOut(rooms, tx, grant.person().id());
        return rooms.grants.end(tx, grant.id(), EndReason.REVOKED_BY_OPERATOR, now);
    }
}
