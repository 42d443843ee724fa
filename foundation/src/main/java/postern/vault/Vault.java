package postern.vault;

import postern.core.Check;
import postern.core.Secret;
import postern.store.Database;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The keys of this installation at work: mints and recognises tokens, seals what only this server
 * may read, and authenticates rows. Safe for any number of threads; the master keyset is the one
 * thing that can be exchanged while others work.
 */
public final class Vault {
    private static final byte FORMAT = 1;
    private static final int HEADER_BYTES = 1 + Integer.BYTES;

    private final AtomicReference<MasterKeys> masterKeys;
    private final SecureRandom random;
    private final Secret pepper;
    private final Secret rowKey;

    private Vault(MasterKeys masterKeys, SecureRandom random, Secret pepper, Secret rowKey) {
        this.masterKeys = new AtomicReference<>(masterKeys);
        this.random = random;
        this.pepper = pepper;
        this.rowKey = rowKey;
    }

    /**
     * Opens the vault of {@code database}; the first time, its inner keys are made.
     *
     * @throws KeyRefused when this is not the master key that the database was made with
     */
    public static Vault open(Database database, MasterKeys masterKeys, SecureRandom random)
            throws KeyRefused {
        var keys = new InnerKeys(database, masterKeys, random).get("pepper", "row");
        return new Vault(masterKeys, random, keys.get("pepper"), keys.get("row"));
    }

    /**
     * Whether {@code database} was ever opened with a master key, so that only that one will do.
     */
    public static boolean isSealed(Database database) {
        return database.read(
                tx -> tx.first("select 1 from vault_key", row -> row.getInt(1)).isPresent());
    }

    /** The keyset as it is now. */
    public MasterKeys masterKeys() {
        return masterKeys.get();
    }

    /**
     * Works with {@code keys} from now on.
     *
     * @throws KeyRefused they miss the key that sealed until now, or one that the inner keys need;
     *     nothing has changed
     */
    public void replaceMasterKeys(Database database, MasterKeys keys) throws KeyRefused {
        if (!keys.has(masterKeys.get().first())) {
            throw new KeyRefused(
                    "key "
                            + masterKeys.get().first()
                            + ", which seals now, is missing in the new set: put it back");
        }
        new InnerKeys(database, keys, random).check();
        masterKeys.set(keys);
    }

    /** A new code: 256 random bits, a kind prefix and a checksum. */
    public Token mintCode() {
        return token(TokenKind.CODE, TokenText.random(TokenKind.CODE, random));
    }

    /** A new access token of a grant, see {@link #mintRefresh}. */
    public Token mintAccess(String grantId) {
        return mint(TokenKind.ACCESS, grantId);
    }

    /**
     * A new refresh token of a grant, which it names, with a tag that only this installation makes.
     *
     * @param grantId 22 base64url characters
     */
    public Token mintRefresh(String grantId) {
        return mint(TokenKind.REFRESH, grantId);
    }

    private Token mint(TokenKind kind, String grantId) {
        Check.that(TokenText.isGrantId(grantId), "grant id", "must be 22 base64url characters");
        String untagged = TokenText.untagged(kind, grantId, random);
        return token(kind, TokenText.tagged(untagged, tag(untagged)));
    }

    /**
     * The token that {@code text} is, or empty when it cannot be one of this kind; one that names
     * its grant was issued here.
     */
    public Optional<Token> recognise(TokenKind kind, String text) {
        if (!TokenText.isWellFormed(kind, text)) return Optional.empty();
        if (kind.namesGrant() && !isIssued(kind, text)) return Optional.empty();
        return Optional.of(token(kind, text));
    }

    private boolean isIssued(TokenKind kind, String text) {
        String untagged = TokenText.untagged(kind, text);
        String expected = TokenText.tagged(untagged, tag(untagged));
        return MessageDigest.isEqual(utf8(expected), utf8(text));
    }

    private byte[] tag(String untagged) {
        return Arrays.copyOf(keyedHash("issued token", untagged), TokenText.TAG_BYTES);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Token token(TokenKind kind, String text) {
        var rowKey = new Secret(keyedHash(kind.name() + " row", text));
        var lookup = new TokenLookup(keyedHash(kind.name(), text), rowKey);
        Optional<String> grantId =
                kind.namesGrant() ? Optional.of(TokenText.grantId(kind, text)) : Optional.empty();
        return new Token(kind, Secret.ofUtf8(text), lookup, grantId);
    }

    /**
     * HMAC-SHA-256 of {@code text} under the pepper, for what must be found again but not read;
     * {@code domain} keeps uses apart.
     */
    public byte[] keyedHash(String domain, String text) {
        byte[] separator = (domain + '\0').getBytes(StandardCharsets.UTF_8);
        return pepper.use(
                key -> Crypto.hmac(key, separator, text.getBytes(StandardCharsets.UTF_8)));
    }

    /** A MAC over a row's columns, so that a writer to the database cannot plant one. */
    public byte[] rowMac(Purpose row) {
        return rowKey.use(key -> Crypto.hmac(key, row.encoded()));
    }

    public boolean isRowMac(byte[] mac, Purpose row) {
        return MessageDigest.isEqual(mac, rowMac(row));
    }

    /** Seals for this server: format byte, key id, nonce, ciphertext and tag. */
    public byte[] seal(byte[] plain, Purpose purpose) {
        return seal(masterKeys.get(), plain, purpose, random);
    }

    /**
     * Opens what {@link #seal} made for the same purpose.
     *
     * @throws CannotOpen when the key is gone or the bytes are not what was sealed
     */
    public byte[] open(byte[] sealed, Purpose purpose) throws CannotOpen {
        return open(masterKeys.get(), sealed, purpose);
    }

    /** Makes a grant's key pair and opens or seals with it. */
    public GrantSeal grantSeal() {
        return new GrantSeal(masterKeys.get(), random);
    }

    static byte[] seal(MasterKeys keys, byte[] plain, Purpose purpose, SecureRandom random) {
        byte[] key = keys.primary().use(master -> derive(master));
        byte[] body = Crypto.encrypt(key, plain, purpose.encoded(), random);
        return withHeader(keys.primaryId(), body);
    }

    static byte[] open(MasterKeys keys, byte[] sealed, Purpose purpose) throws CannotOpen {
        Secret master = keys.withId(keyId(sealed)).orElseThrow(CannotOpen::new);
        byte[] key = master.use(bytes -> derive(bytes));
        return Crypto.decrypt(key, body(sealed), purpose.encoded());
    }

    private static byte[] derive(byte[] master) {
        byte[] info = "postern-server-seal-v1".getBytes(StandardCharsets.US_ASCII);
        return Crypto.hkdf(master, new byte[0], info);
    }

    static byte[] withHeader(int keyId, byte[] body) {
        return ByteBuffer.allocate(HEADER_BYTES + body.length)
                .put(FORMAT)
                .putInt(keyId)
                .put(body)
                .array();
    }

    static int keyId(byte[] sealed) throws CannotOpen {
        if (sealed.length < HEADER_BYTES || sealed[0] != FORMAT) throw new CannotOpen();
        return ByteBuffer.wrap(sealed).getInt(1);
    }

    static byte[] body(byte[] sealed) {
        return Arrays.copyOfRange(sealed, HEADER_BYTES, sealed.length);
    }
}
