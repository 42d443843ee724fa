package postern.vault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;

class TokenTest {
    private static final String ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static final int PREFIX = "ptn_at_".length();

    @TempDir Path folder;
    private static final String GRANT = "0123456789_-abcdefGHIJ";
    private TestVault made;
    private Vault vault;

    @BeforeEach
    void open() throws Exception {
        made = new TestVault(folder);
        vault = made.vault;
    }

    @AfterEach
    void close() {
        made.close();
    }

    private String text(TokenKind kind) {
        return mint(kind).text().useText(text -> text);
    }

    private Token mint(TokenKind kind) {
        return switch (kind) {
            case ACCESS -> vault.mintAccess(GRANT);
            case REFRESH -> vault.mintRefresh(GRANT);
            case CODE -> vault.mintCode();
        };
    }

    @ParameterizedTest
    @EnumSource
    void Q1_a_token_is_prefix_43_random_characters_and_6_of_checksum(TokenKind kind) {
        String text = text(kind);
        String grant = kind.namesGrant() ? GRANT : "";
        int tag = kind.namesGrant() ? 22 : 0;
        assertTrue(
                text.matches(kind.prefix() + grant + "[A-Za-z0-9_-]{" + (49 + tag) + "}"),
                kind::name);
    }

    @ParameterizedTest
    @EnumSource(names = {"ACCESS", "REFRESH"})
    void J5_a_token_proves_its_grant_and_nobody_else_makes_one(TokenKind kind) throws Exception {
        String text = text(kind);
        Token known = vault.recognise(kind, text).orElseThrow();
        assertEquals(Optional.of(GRANT), known.grantId());
        String body = text.substring(0, text.length() - 6);
        assertEquals(text, withChecksum(body), "the checksum is no secret");
        for (int at = PREFIX; at < body.length(); at++) {
            char other = body.charAt(at) == 'A' ? 'E' : 'A';
            String forged = withChecksum(body.substring(0, at) + other + body.substring(at + 1));
            assertEquals(Optional.empty(), vault.recognise(kind, forged), "at " + at);
        }
        try (var other = new TestVault(folder.resolve("other"))) {
            assertEquals(Optional.empty(), other.vault.recognise(kind, text));
        }
        assertEquals(Optional.empty(), vault.mintCode().grantId());
    }

    private static String withChecksum(String body) {
        var crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        byte[] bytes = ByteBuffer.allocate(4).putInt((int) crc.getValue()).array();
        return body + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @ParameterizedTest
    @EnumSource
    void Q3_a_minted_token_is_recognised_under_the_same_lookup(TokenKind kind) {
        Token token = mint(kind);
        Token again = vault.recognise(kind, token.text().useText(text -> text)).orElseThrow();
        assertEquals(token.lookup(), again.lookup());
        assertEquals(kind, again.kind());
    }

    @Test
    void J12_kinds_are_not_interchangeable_even_with_the_other_prefix() {
        for (TokenKind kind : TokenKind.values()) {
            String text = text(kind);
            for (TokenKind other : TokenKind.values()) {
                if (other == kind) continue;
                assertEquals(Optional.empty(), vault.recognise(other, text));
                String disguised = other.prefix() + text.substring(PREFIX);
                assertEquals(Optional.empty(), vault.recognise(other, disguised));
            }
        }
    }

    @Test
    void Q3_the_lookup_of_one_text_differs_between_kinds_and_between_installations()
            throws Exception {
        byte[] access = vault.keyedHash("ACCESS", "same");
        assertFalse(Arrays.equals(access, vault.keyedHash("REFRESH", "same")));
        try (var other = new TestVault(folder.resolve("other"))) {
            assertFalse(Arrays.equals(access, other.vault.keyedHash("ACCESS", "same")));
        }
    }

    @Test
    void every_change_of_one_character_is_refused_or_is_another_token() {
        Token token = vault.mintAccess(GRANT);
        String text = token.text().useText(plain -> plain);
        for (int at = 0; at < text.length(); at++) {
            for (char other : (ALPHABET + " =+/.\u00e9\0").toCharArray()) {
                if (text.charAt(at) == other) continue;
                String changed = text.substring(0, at) + other + text.substring(at + 1);
                // CRC-32 finds every burst of up to 32 bits, so one character never passes
                assertEquals(
                        Optional.empty(), vault.recognise(TokenKind.ACCESS, changed), "at " + at);
            }
        }
    }

    @Test
    void other_lengths_are_refused() {
        String text = text(TokenKind.CODE);
        for (int length = 0; length < text.length(); length++) {
            assertEquals(
                    Optional.empty(), vault.recognise(TokenKind.CODE, text.substring(0, length)));
        }
        assertEquals(Optional.empty(), vault.recognise(TokenKind.CODE, text + "A"));
        assertEquals(Optional.empty(), vault.recognise(TokenKind.CODE, "x".repeat(1_000_000)));
    }

    @Test
    void Q1_100_000_tokens_differ_and_each_position_is_evenly_spread() {
        int samples = 100_000;
        Set<String> seen = HashSet.newHashSet(samples);
        int[][] counts = new int[43][128];
        for (int i = 0; i < samples; i++) {
            String text = TokenText.random(TokenKind.ACCESS, TestVault.RANDOM);
            assertTrue(seen.add(text));
            for (int at = 0; at < 43; at++) counts[at][text.charAt(PREFIX + at)]++;
        }
        for (int at = 0; at < 43; at++) {
            // 256 bits are 42 characters of 6 bits and one of 4, whose last two bits are zero
            int values = at < 42 ? 64 : 16;
            double expected = (double) samples / values;
            double square = 0;
            for (int index = 0; index < values; index++) {
                int found = counts[at][ALPHABET.charAt(at < 42 ? index : index * 4)];
                square += (found - expected) * (found - expected) / expected;
            }
            // about 8 standard deviations: a false alarm in far fewer than one of 10^9 runs
            double limit = values - 1 + 8 * Math.sqrt(2.0 * (values - 1)) + 20;
            assertTrue(square < limit, "position " + at + ": " + square);
        }
    }

    @Test
    void the_row_of_a_token_can_only_be_authenticated_with_that_token() throws Exception {
        Token token = vault.mintAccess(GRANT);
        Purpose row = Purpose.of("access_token", "grant", "mcp:read");
        byte[] mac = token.lookup().rowMac(row);
        Token again =
                vault.recognise(TokenKind.ACCESS, token.text().useText(text -> text)).orElseThrow();
        assertTrue(again.lookup().isRowMac(mac, row));
        Purpose wider = Purpose.of("access_token", "grant", "mcp:read mcp:write");
        assertFalse(again.lookup().isRowMac(mac, wider));
        assertFalse(vault.mintAccess(GRANT).lookup().isRowMac(mac, row));
        assertFalse(again.lookup().isRowMac(new byte[0], row));
    }
}
