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
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
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
    private List<KeyId> told = List.of();

    /** What changes whenever somebody writes the file or puts another one in its place. */
    private record Identity(Object inode, FileTime modified, long size) {
        static Optional<Identity> of(Path path) {
            try {
                var found = Files.readAttributes(path, BasicFileAttributes.class);
                return Optional.of(
                        new Identity(found.fileKey(), found.lastModifiedTime(), found.size()));
            } catch (IOException missing) {
                return Optional.empty();
            }
        }
    }

    /** Tells the database at once which keys this server works with. */
    KeyWatch(Configuration configuration, Database database, Vault vault, Clocks clocks) {
        this.file = Keys.file(configuration);
        this.database = database;
        this.vault = vault;
        this.rotation = new KeyRotation(database, clocks.random());
        this.clock = clocks.instants();
        var name = new byte[NAME_BYTES];
        clocks.random().nextBytes(name);
        this.server = HexFormat.of().formatHex(name);
        tell(vault.masterKeys());
    }

    /** Called every second, by one thread. */
    void look() {
        if (file.isEmpty()) return;
        Optional<Identity> now = Identity.of(file.get().path());
        if (now.equals(seen)) return;
        try {
            MasterKeys keys = file.get().read();
            if (!keys.ids().equals(vault.masterKeys().ids())) take(keys);
            if (!keys.ids().equals(told)) tell(keys);
        } catch (KeyRefused refused) {
            LOG.atError().addKeyValue("why", refused.getMessage()).log("app.keys.refused");
        }
        seen = now;
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
