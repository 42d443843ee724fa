package postern.app;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.app.config.Configuration;
import postern.store.Database;
import postern.vault.KeyFile;
import postern.vault.KeyId;
import postern.vault.KeyRefused;
import postern.vault.KeyRotation;
import postern.vault.MasterKeys;
import postern.vault.Vault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Takes over what a rotation of the master key does to the key file, and writes into the database
 * that it did. A file that cannot be used is left alone: the server goes on with the keys it has.
 */
final class KeyWatch {
    private static final Logger LOG = LoggerFactory.getLogger(KeyWatch.class);
    private static final int NAME_BYTES = 8;

    private final Optional<KeyFile> file;
    private final Database database;
    private final Vault vault;
    private final KeyRotation rotation;
    private final InstantSource clock;
    private final String server;
    private Optional<Identity> seen = Optional.empty();
    private Optional<Refusal> refused = Optional.empty();
    private List<KeyId> told = List.of();

    private record Refusal(Optional<Identity> file, String why) {}

    /**
     * What changes whenever somebody writes the file, changes its owner or mode, or puts another
     * one in its place.
     */
    private record Identity(Map<String, Object> attributes) {
        static Optional<Identity> of(Path path) {
            try {
                return Optional.of(
                        new Identity(
                                Files.readAttributes(
                                        path, "unix:dev,ino,size,lastModifiedTime,ctime")));
            } catch (IOException missing) {
                return Optional.empty();
            }
        }
    }

    /** Writes nothing: a start that is still refused leaves the database as it was. */
    KeyWatch(Configuration configuration, Database database, Vault vault, Clocks clocks) {
        this.file = Keys.file(configuration);
        this.database = database;
        this.vault = vault;
        this.rotation = new KeyRotation(database, clocks.random());
        this.clock = clocks.instants();
        var name = new byte[NAME_BYTES];
        clocks.random().nextBytes(name);
        this.server = HexFormat.of().formatHex(name);
    }

    /**
     * Called once when the server listens, which tells the database the keys of this server, and
     * then every second; by one thread at a time.
     */
    void look() {
        if (told.isEmpty()) tell(vault.masterKeys());
        if (file.isEmpty()) return;
        Optional<Identity> now = Identity.of(file.get().path());
        if (now.isPresent() && now.equals(seen)) return;
        try {
            MasterKeys keys = file.get().read();
            if (!keys.ids().equals(vault.masterKeys().ids())) take(keys);
            if (!keys.ids().equals(told)) tell(keys);
            seen = now;
            refused = Optional.empty();
        } catch (KeyRefused why) {
            seen = Optional.empty();
            refuse(new Refusal(now, why.getMessage()));
        }
    }

    /** It is tried again every second, and said once. */
    private void refuse(Refusal refusal) {
        if (refused.equals(Optional.of(refusal))) return;
        LOG.atError().addKeyValue("why", refusal.why()).log("app.keys.refused");
        refused = Optional.of(refusal);
    }

    private void take(MasterKeys keys) throws KeyRefused {
        vault.replaceMasterKeys(database, keys);
        LOG.atInfo().addKeyValue("keys", shown(keys.ids())).log("app.keys.loaded");
    }

    /** When the database does not take it, the next look tries again. */
    private void tell(MasterKeys keys) {
        rotation.loaded(server, keys, clock.instant());
        told = keys.ids();
    }

    private static String shown(List<KeyId> ids) {
        return ids.stream().map(KeyId::toString).collect(Collectors.joining(" "));
    }
}
