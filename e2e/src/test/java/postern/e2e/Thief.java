package postern.e2e;

import postern.access.AdmissionRule;
import postern.access.Admissions;
import postern.access.Caller;
import postern.access.Grant;
import postern.access.GrantEnds;
import postern.access.Grants;
import postern.access.Principal;
import postern.access.RefreshRecord;
import postern.access.TokenCheck;
import postern.access.Tokens;
import postern.access.UpstreamLease;
import postern.core.Secret;
import postern.core.Ticker;
import postern.forge.ForgejoConfig;
import postern.forge.ForgejoMeans;
import postern.forge.ForgejoUpstream;
import postern.forge.relay.Relay;
import postern.forge.relay.RelayConfig;
import postern.forge.relay.RelayListener;
import postern.forge.relay.RelayMeans;
import postern.store.Database;
import postern.vault.CannotOpen;
import postern.vault.KeyRefused;
import postern.vault.MasterKeys;
import postern.vault.Purpose;
import postern.vault.Token;
import postern.vault.TokenKind;
import postern.vault.TokenLookup;
import postern.vault.Vault;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A process that has a copy of the database and the product's own classes, and perhaps the master
 * key and tokens. It prints {@code WON login} when it has called the forge as a person, and what it
 * tried without success.
 */
public final class Thief {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Database database;
    private final URI forge;
    private final URI endpoint;

    private Thief(Database database, URI forge, URI endpoint) {
        this.database = database;
        this.forge = forge;
        this.endpoint = endpoint;
    }

    /** Arguments: database, key file or "-", forge, endpoint; tokens on standard input. */
    public static void main(String[] arguments) throws Exception {
        try (Database database = Database.open(Path.of(arguments[0]))) {
            var thief = new Thief(database, URI.create(arguments[2]), URI.create(arguments[3]));
            List<String> tokens =
                    new java.io.BufferedReader(new java.io.InputStreamReader(System.in))
                            .lines()
                            .toList();
            thief.steal(arguments[1], tokens);
        }
        System.out.println("END");
        System.exit(0);
    }

    private void steal(String keyFile, List<String> tokens) throws Exception {
        List<byte[]> blobs = blobs();
        System.out.println("blobs " + blobs.size());
        tryBlobsAsMasterKeys(blobs);
        if (keyFile.equals("-")) return;
        Vault vault = Vault.open(database, MasterKeys.read(Path.of(keyFile)), RANDOM);
        System.out.println("opened the vault with the key");
        tryBlobsAsTokens(vault, blobs);
        tryBlobsAsServerSeals(vault, blobs);
        try (var ends = new GrantEnds(database)) {
            for (String token : tokens) useToken(vault, new Grants(database, vault, ends), token);
        }
    }

    /** Everything binary in the database, wherever it stands. */
    private List<byte[]> blobs() {
        List<byte[]> all = new ArrayList<>();
        database.read(tx -> {
            for (String table :
                    tx.all(
                            "select name from sqlite_schema where type = 'table'",
                            row -> row.getString(1))) {
                for (String column :
                        tx.all(
                                "select name from pragma_table_info(?)",
                                row -> row.getString(1),
                                table)) {
                    all.addAll(
                            tx.all(
                                    "select \""
                                            + column
                                            + "\" from \""
                                            + table
                                            + "\" where typeof(\""
                                            + column
                                            + "\") = 'blob'",
                                    row -> row.getBytes(1)));
                }
            }
            return null;
        });
        return all;
    }

    private void tryBlobsAsMasterKeys(List<byte[]> blobs) {
        int tried = 0;
        for (byte[] blob : blobs) {
            for (int at = 0; at + 32 <= blob.length; at++) {
                byte[] key = java.util.Arrays.copyOfRange(blob, at, at + 32);
                String text = java.util.Base64.getEncoder().encodeToString(key);
                try {
                    Vault.open(database, MasterKeys.parse(Secret.ofUtf8(text)), RANDOM);
                    System.out.println("WON the vault");
                } catch (KeyRefused closed) {
                    tried++;
                }
            }
        }
        System.out.println("master keys tried " + tried);
    }

    /** Each wrap with each blob in the place of the token. */
    private void tryBlobsAsTokens(Vault vault, List<byte[]> blobs) {
        List<String> grants =
                database.read(tx -> tx.all("select id from access_grant", r -> r.getString(1)));
        TokenLookup lookup = vault.mintCode().lookup();
        int tried = 0;
        for (byte[] wrap : blobs) {
            for (byte[] guess : blobs) {
                for (TokenKind kind : TokenKind.values()) {
                    var token = new Token(kind, new Secret(guess), lookup, Optional.empty());
                    for (String grant : grants) {
                        try {
                            vault.grantSeal().unwrap(wrap, token, grant);
                            System.out.println("WON a grant's key");
                        } catch (CannotOpen closed) {
                            tried++;
                        }
                    }
                }
            }
        }
        System.out.println("wraps tried " + tried);
    }

    private void tryBlobsAsServerSeals(Vault vault, List<byte[]> blobs) {
        for (byte[] blob : blobs) {
            for (Purpose purpose :
                    List.of(
                            Purpose.of("upstream_token_set", "sealed"),
                            Purpose.of("upstream_key", "sealed"))) {
                try {
                    vault.open(blob, purpose);
                    System.out.println("WON a server seal");
                } catch (CannotOpen closed) {
                    // as it must be
                }
            }
        }
    }

    private void useToken(Vault vault, Grants grants, String text) throws Exception {
        Optional<Caller> caller = caller(vault, text);
        if (caller.isEmpty()) {
            System.out.println("token of no use");
            return;
        }
        var config =
                new ForgejoConfig(
                        forge,
                        forge,
                        "client",
                        Secret.ofUtf8("guessed-secret"),
                        "read:user",
                        forge.resolve("/callback"),
                        Duration.ofSeconds(5));
        try (Relay relay =
                        Relay.start(
                                RelayConfig.standard(forge, config.apiUrl()),
                                new RelayMeans(
                                        RANDOM,
                                        InstantSource.system(),
                                        Ticker.system(),
                                        RelayListener.none()));
                var upstream =
                        new ForgejoUpstream(
                                config,
                                new ForgejoMeans(
                                        database,
                                        grants,
                                        relay,
                                        new Admissions(AdmissionRule.EVERYBODY, Ticker.system()),
                                        InstantSource.system(),
                                        Ticker.system()));
                UpstreamLease lease = upstream.lease(caller.get());
                HttpClient client = HttpClient.newHttpClient()) {
            String token = lease.secrets().get("relay.token").useText(plain -> plain);
            HttpResponse<String> answer =
                    client.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    lease.values().get("relay.url")
                                                            + "/api/v1/user"))
                                    .header("Authorization", "token " + token)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            System.out.println(
                    answer.statusCode() == 200 ? "WON " + answer.body() : "refused by the forge");
        } catch (Exception closed) {
            System.out.println("nothing opens: " + closed.getMessage());
        }
    }

    /** As the bearer check does, and for refresh tokens without asking whether they are spent. */
    private Optional<Caller> caller(Vault vault, String text) {
        if (text.startsWith(TokenKind.ACCESS.prefix())) {
            return new TokenCheck(database, vault, InstantSource.system())
                    .check(text, endpoint.toString());
        }
        Optional<Token> token = vault.recognise(TokenKind.REFRESH, text);
        if (token.isEmpty()) return Optional.empty();
        Optional<RefreshRecord> record =
                database.read(tx -> new Tokens().findRefresh(tx, token.get()));
        return record.map(found -> {
            Grant grant = found.grant();
            var principal =
                    new Principal(
                            grant.id(),
                            grant.person(),
                            grant.clientId(),
                            grant.scope(),
                            grant.resource());
            return new Caller(principal, token.get());
        });
    }

    /** Runs a thief on a copy of the database in a folder of its own; returns what it printed. */
    static String run(Installation installation, Path database, String key, List<String> tokens)
            throws Exception {
        Path lair = Files.createTempDirectory(installation.folder(), "lair");
        Path copy = Files.copy(database, lair.resolve("stolen.db"));
        var builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Thief.class.getName(),
                        copy.toString(),
                        key,
                        installation.forge().rootUrl().toString().replaceFirst("/$", ""),
                        installation.endpoint().toString());
        builder.directory(lair.toFile()).redirectErrorStream(true);
        Path output = lair.resolve("output");
        Process process = builder.redirectOutput(output.toFile()).start();
        try (var in = process.outputWriter()) {
            for (String token : tokens) in.write(token + "\n");
        }
        if (!process.waitFor(120, java.util.concurrent.TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("still steals");
        }
        String told = Files.readString(output);
        if (!told.contains("END")) throw new AssertionError(told);
        return told;
    }
}
