package postern.vault;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

import postern.core.Secret;
import postern.vault.GrantSeal.GrantKeyPair;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

class SealTest {
    private static final Purpose PURPOSE = Purpose.of("table", "column", "owner 1");

    @TempDir Path folder;
    private TestVault made;
    private static final String GRANT = "g".repeat(22);

    private Vault vault;
    private GrantSeal seal;
    private GrantKeyPair pair;
    private Token token;

    @BeforeEach
    void open() throws Exception {
        made = new TestVault(folder);
        vault = made.vault;
        seal = vault.grantSeal();
        pair = seal.newKeyPair();
        token = vault.mintRefresh(GRANT);
    }

    @AfterEach
    void close() {
        made.close();
    }

    private static void closed(Executable opening) {
        var failure = assertThrows(CannotOpen.class, opening);
        assertEquals("sealed bytes do not open", failure.getMessage());
    }

    private interface Opening {
        void open(byte[] sealed) throws CannotOpen;
    }

    /** Every bit of every byte, every shorter length, and one byte more. */
    private static void everyChangeIsRefused(byte[] sealed, Opening opening) throws CannotOpen {
        opening.open(sealed);
        for (int at = 0; at < sealed.length; at++) {
            byte[] changed = sealed.clone();
            changed[at] ^= (byte) (1 << (at % 8));
            closed(() -> opening.open(changed));
        }
        for (int length = 0; length < sealed.length; length++) {
            byte[] shorter = Arrays.copyOf(sealed, length);
            closed(() -> opening.open(shorter));
        }
        closed(() -> opening.open(Arrays.copyOf(sealed, sealed.length + 1)));
    }

    @Test
    void every_byte_of_every_kind_of_blob_counts() throws Exception {
        byte[] plain = "plain".getBytes(StandardCharsets.UTF_8);
        everyChangeIsRefused(vault.seal(plain, PURPOSE), bytes -> vault.open(bytes, PURPOSE));
        everyChangeIsRefused(
                seal.wrap(pair.privateKey(), token, "g"), bytes -> seal.unwrap(bytes, token, "g"));
        Token next = vault.mintRefresh(GRANT);
        everyChangeIsRefused(
                seal.sealSuccessor(token, next, "g"),
                bytes -> seal.openSuccessor(bytes, token, "g"));
        everyChangeIsRefused(
                seal.sealTo(pair.publicKey(), new Secret(plain), PURPOSE),
                bytes -> seal.openWith(pair.privateKey(), bytes, PURPOSE));
        Secret dataKey = seal.newDataKey();
        everyChangeIsRefused(
                seal.sealUnder(dataKey, new Secret(plain), PURPOSE),
                bytes -> seal.openUnder(dataKey, bytes, PURPOSE));
    }

    @Test
    void what_is_sealed_opens_for_the_same_purpose_only() throws Exception {
        byte[] sealed = vault.seal(new byte[] {1, 2}, PURPOSE);
        assertArrayEquals(new byte[] {1, 2}, vault.open(sealed, PURPOSE));
        for (Purpose other :
                new Purpose[] {
                    Purpose.of("table", "column", "owner 2"),
                    Purpose.of("table", "other", "owner 1"),
                    Purpose.of("other", "column", "owner 1"),
                    Purpose.of("tablec", "olumn", "owner 1"),
                    Purpose.of("table", "column"),
                    Purpose.of("table", "column", "owner 1", ""),
                }) {
            closed(() -> vault.open(sealed, other));
        }
    }

    @Test
    void parts_of_a_purpose_cannot_be_shifted() {
        String[][] all = {
            {"ab", "c"},
            {"a", "bc"},
            {"abc"},
            {"abc", ""},
            {"", "abc"},
            {},
            {""},
            {"", ""},
            {"\0\0\0\1a"},
            {"", "a"},
            {"a"},
        };
        Set<ByteBuffer> encoded = new HashSet<>();
        for (String[] parts : all) {
            assertTrue(encoded.add(ByteBuffer.wrap(Purpose.of(parts).encoded())));
        }
    }

    @Test
    void a_text_that_is_not_unicode_has_no_purpose() {
        // both would become "?" and so the same purpose
        assertThrows(IllegalArgumentException.class, () -> Purpose.of("\ud800"));
        assertThrows(IllegalArgumentException.class, () -> Purpose.of("a", "\udfff!"));
    }

    @Test
    void a_key_that_is_gone_or_a_format_of_tomorrow_does_not_open() throws Exception {
        byte[] old = Vault.seal(TestVault.keys(1), new byte[8], PURPOSE, TestVault.RANDOM);
        closed(() -> Vault.open(TestVault.keys(2), old, PURPOSE));
        old[0] = 2;
        closed(() -> Vault.open(TestVault.keys(1), old, PURPOSE));
        closed(() -> vault.open(new byte[0], PURPOSE));
    }

    @Test
    void the_first_key_seals_and_all_open_in_whatever_order() throws Exception {
        byte[] byOne = Vault.seal(TestVault.keys(1, 2), new byte[] {7}, PURPOSE, TestVault.RANDOM);
        byte[] byTwo = Vault.seal(TestVault.keys(2, 1), new byte[] {8}, PURPOSE, TestVault.RANDOM);
        assertArrayEquals(new byte[] {7}, Vault.open(TestVault.keys(2, 1), byOne, PURPOSE));
        assertArrayEquals(new byte[] {8}, Vault.open(TestVault.keys(1, 2), byTwo, PURPOSE));
        assertArrayEquals(new byte[] {7}, Vault.open(TestVault.keys(1), byOne, PURPOSE));
        closed(() -> Vault.open(TestVault.keys(1), byTwo, PURPOSE));
    }

    @Test
    void a_wrap_opens_with_its_token_grant_and_master_key_only() throws Exception {
        byte[] wrap = seal.wrap(pair.privateKey(), token, "grant");
        Secret key = seal.unwrap(wrap, token, "grant");
        assertTrue(pair.privateKey().use(key::matches));
        closed(() -> seal.unwrap(wrap, vault.mintRefresh(GRANT), "grant"));
        closed(() -> seal.unwrap(wrap, token, "grant2"));
        Token otherKind =
                new Token(TokenKind.ACCESS, token.text(), token.lookup(), Optional.empty());
        closed(() -> seal.unwrap(wrap, otherKind, "grant"));
        var elsewhere = new GrantSeal(TestVault.keys(2), TestVault.RANDOM);
        closed(() -> elsewhere.unwrap(wrap, token, "grant"));
        // the same id in front, but another key behind it
        var two = new GrantSeal(TestVault.keys(2, 1), TestVault.RANDOM);
        byte[] relabelled = two.wrap(pair.privateKey(), token, "grant");
        System.arraycopy(wrap, 0, relabelled, 0, 5);
        closed(() -> two.unwrap(relabelled, token, "grant"));
    }

    @Test
    void a_successor_opens_with_its_predecessor_and_grant_only() throws Exception {
        Token next = vault.mintRefresh(GRANT);
        byte[] sealed = seal.sealSuccessor(token, next, "grant");
        assertTrue(next.text().use(seal.openSuccessor(sealed, token, "grant")::matches));
        closed(() -> seal.openSuccessor(sealed, next, "grant"));
        closed(() -> seal.openSuccessor(sealed, token, "other"));
        closed(() -> seal.unwrap(sealed, token, "grant"));
    }

    @Test
    void what_is_sealed_to_a_grant_opens_with_its_key_and_purpose_only() throws Exception {
        byte[] sealed = seal.sealTo(pair.publicKey(), Secret.ofUtf8("data key"), PURPOSE);
        assertTrue(
                seal.openWith(pair.privateKey(), sealed, PURPOSE)
                        .matches("data key".getBytes(StandardCharsets.UTF_8)));
        closed(() -> seal.openWith(seal.newKeyPair().privateKey(), sealed, PURPOSE));
        closed(() -> seal.openWith(pair.privateKey(), sealed, Purpose.of("table", "column", "2")));
        Secret dataKey = seal.newDataKey();
        byte[] under = seal.sealUnder(dataKey, Secret.ofUtf8("set"), PURPOSE);
        closed(() -> seal.openUnder(seal.newDataKey(), under, PURPOSE));
        closed(() -> seal.openUnder(dataKey, under, Purpose.of("other")));
    }

    @Test
    void nonces_never_repeat() {
        Set<ByteBuffer> nonces = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            byte[] sealed = vault.seal(new byte[1], PURPOSE);
            assertTrue(nonces.add(ByteBuffer.wrap(Arrays.copyOfRange(sealed, 5, 17))));
        }
    }

    @Test
    void a_row_mac_covers_every_part_and_its_boundaries() {
        byte[] mac = vault.rowMac(Purpose.of("grant", "ab", "c"));
        assertTrue(vault.isRowMac(mac, Purpose.of("grant", "ab", "c")));
        assertFalse(vault.isRowMac(mac, Purpose.of("grant", "a", "bc")));
        assertFalse(vault.isRowMac(mac, Purpose.of("grant", "ab", "d")));
        assertFalse(vault.isRowMac(Arrays.copyOf(mac, 31), Purpose.of("grant", "ab", "c")));
        for (int at = 0; at < mac.length; at++) {
            byte[] changed = mac.clone();
            changed[at] ^= 1;
            assertFalse(vault.isRowMac(changed, Purpose.of("grant", "ab", "c")));
        }
    }
}
