package postern.vault;

import postern.core.Check;
import postern.core.Secret;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The master keyset: the first key seals, all of them open. A key's id is taken from the key itself
 * (4 bytes of an HMAC under it), so that two nodes with differently ordered files agree. Text form:
 * keys of 32 bytes in base64, separated by white space.
 */
public final class MasterKeys {
    private static final Set<PosixFilePermission> FOR_OTHERS =
            PosixFilePermissions.fromString("---rwxrwx");

    /** More were never needed, and a file that is no key file is noticed. */
    private static final int MAX_KEYS = 16;

    private final Map<Integer, Secret> byId;
    private final int primaryId;

    private MasterKeys(List<byte[]> keys) {
        byId = new LinkedHashMap<>();
        for (byte[] key : keys) byId.put(idOf(key), new Secret(key));
        primaryId = idOf(keys.getFirst());
    }

    /**
     * @throws KeyRefused when the text is not one or more base64 keys of 32 bytes
     */
    public static MasterKeys parse(Secret text) throws KeyRefused {
        List<byte[]> keys = new ArrayList<>();
        for (String word : text.useText(String::strip).split("\\s+")) {
            if (keys.size() == MAX_KEYS) {
                throw new KeyRefused("there are more than " + MAX_KEYS + " master keys");
            }
            keys.add(decode(word));
        }
        return new MasterKeys(keys);
    }

    private static byte[] decode(String word) throws KeyRefused {
        byte[] key;
        try {
            key = Base64.getDecoder().decode(word);
        } catch (IllegalArgumentException notBase64) {
            throw new KeyRefused(
                    "the master key is not base64: make one with 'openssl rand -base64 32'");
        }
        if (key.length != Crypto.KEY_BYTES) {
            throw new KeyRefused(
                    "the master key must be 32 bytes: make one with 'openssl rand -base64 32'");
        }
        if (isOneByteRepeated(key)) {
            throw new KeyRefused(
                    "the master key is 32 equal bytes, which anybody guesses: make one with"
                            + " 'openssl rand -base64 32'");
        }
        return key;
    }

    private static boolean isOneByteRepeated(byte[] key) {
        for (byte one : key) if (one != key[0]) return false;
        return true;
    }

    /**
     * Reads the key file.
     *
     * @throws KeyRefused when others can read the file, or its content is no key
     */
    public static MasterKeys read(Path file) throws KeyRefused {
        try {
            refuseOpen(file);
            return parse(new Secret(Files.readAllBytes(file)));
        } catch (IOException failure) {
            throw new KeyRefused("the master key file cannot be read: " + file);
        }
    }

    /**
     * @throws KeyRefused when others than its owner can use {@code file}
     */
    public static void refuseOpen(Path file) throws KeyRefused, IOException {
        Set<PosixFilePermission> open = Files.getPosixFilePermissions(file);
        open.retainAll(FOR_OTHERS);
        if (!open.isEmpty()) {
            throw new KeyRefused(
                    "the master key file can be used by others: run 'chmod 600 " + file + "'");
        }
    }

    /**
     * Reads {@code file}, which is made with a new key and mode 0600 when it is not there.
     *
     * @throws KeyRefused as {@link #read}, or when the file cannot be made
     */
    public static MasterKeys readOrGenerate(Path file, SecureRandom random) throws KeyRefused {
        if (!Files.exists(file)) generate(file, random);
        return read(file);
    }

    private static void generate(Path file, SecureRandom random) throws KeyRefused {
        var key = new byte[Crypto.KEY_BYTES];
        random.nextBytes(key);
        String text = Base64.getEncoder().encodeToString(key) + "\n";
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (!Files.exists(folder)) {
                Files.createDirectories(
                        folder,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
            }
            // written under another name first: a crash must not leave half a key behind
            Path fresh = Files.createTempFile(folder, "master", ".new");
            Files.write(
                    fresh,
                    text.getBytes(StandardCharsets.US_ASCII),
                    StandardOpenOption.WRITE,
                    StandardOpenOption.SYNC);
            try {
                Files.createLink(file, fresh);
            } catch (FileAlreadyExistsException somebodyWasFaster) {
                // that key counts
            } finally {
                Files.delete(fresh);
            }
        } catch (IOException failure) {
            throw new KeyRefused(
                    "the key folder is not writable: " + file.toAbsolutePath().getParent());
        }
    }

    /** All ids, the one that seals first. */
    public List<KeyId> ids() {
        return byId.keySet().stream().map(KeyId::new).toList();
    }

    public boolean has(KeyId id) {
        return byId.containsKey(id.value());
    }

    /** The id of the key that seals. */
    public KeyId first() {
        return new KeyId(primaryId);
    }

    /**
     * With one more key, which is random and comes last: it opens and does not seal.
     *
     * @throws KeyRefused there are too many already
     */
    public MasterKeys withNewKey(SecureRandom random) throws KeyRefused {
        if (byId.size() == MAX_KEYS) {
            throw new KeyRefused(
                    "there are "
                            + MAX_KEYS
                            + " master keys already: remove old ones with 'postern keys retire'");
        }
        var fresh = new byte[Crypto.KEY_BYTES];
        random.nextBytes(fresh);
        List<byte[]> keys = new ArrayList<>(bytes());
        keys.add(fresh);
        return new MasterKeys(keys);
    }

    /** The id of the key that comes last. */
    public KeyId last() {
        return ids().getLast();
    }

    /** The same keys, of which {@code id} seals. */
    public MasterKeys withFirst(KeyId id) {
        Secret first = byId.get(id.value());
        Check.that(first != null, "key", "is not in the set");
        List<byte[]> keys = new ArrayList<>();
        keys.add(first.use(byte[]::clone));
        keys.addAll(without(id).bytes());
        return new MasterKeys(keys);
    }

    /** The others; there must be one. */
    public MasterKeys without(KeyId id) {
        List<byte[]> keys =
                byId.entrySet().stream()
                        .filter(entry -> entry.getKey() != id.value())
                        .map(entry -> entry.getValue().use(byte[]::clone))
                        .toList();
        Check.that(!keys.isEmpty(), "key", "is the only one");
        return new MasterKeys(keys);
    }

    private List<byte[]> bytes() {
        return byId.values().stream().map(key -> key.use(byte[]::clone)).toList();
    }

    /** What {@link #parse} reads: one key on each line. */
    Secret text() {
        var text = new StringBuilder();
        for (byte[] key : bytes()) {
            text.append(Base64.getEncoder().encodeToString(key)).append('\n');
        }
        return Secret.ofUtf8(text.toString());
    }

    int primaryId() {
        return primaryId;
    }

    Secret primary() {
        return byId.get(primaryId);
    }

    Optional<Secret> withId(int id) {
        return Optional.ofNullable(byId.get(id));
    }

    private static int idOf(byte[] key) {
        byte[] mac = Crypto.hmac(key, "postern-key-id".getBytes(StandardCharsets.US_ASCII));
        return (mac[0] & 0xff) << 24 | (mac[1] & 0xff) << 16 | (mac[2] & 0xff) << 8 | mac[3] & 0xff;
    }
}
