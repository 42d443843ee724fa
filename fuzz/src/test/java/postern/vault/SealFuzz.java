package postern.vault;

import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import postern.core.Secret;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Nothing that we did not seal opens, whatever it looks like; all that ever happens is CannotOpen.
 * The input is tried as a sealed text, behind each kind of header, and as changes of real ones:
 * pairs of a position and what is added to the byte there.
 */
public final class SealFuzz {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final MasterKeys KEYS = keys();
    private static final GrantSeal SEAL = new GrantSeal(KEYS, RANDOM);
    private static final Purpose PURPOSE = Purpose.of("fuzz", "1");
    private static final Token TOKEN = token();
    private static final GrantSeal.GrantKeyPair PAIR = SEAL.newKeyPair();
    private static final Secret DATA_KEY = SEAL.newDataKey();
    private static final Secret PLAIN = Secret.ofUtf8("plain");

    private interface Opening {
        void open(byte[] sealed) throws CannotOpen;
    }

    private record Case(byte[] real, Opening opening) {}

    private static final List<Case> CASES =
            List.of(
                    new Case(
                            Vault.seal(KEYS, "plain".getBytes(UTF_8), PURPOSE, RANDOM),
                            sealed -> Vault.open(KEYS, sealed, PURPOSE)),
                    new Case(
                            SEAL.wrap(PAIR.privateKey(), TOKEN, "grant"),
                            sealed -> SEAL.unwrap(sealed, TOKEN, "grant")),
                    new Case(
                            SEAL.sealSuccessor(TOKEN, TOKEN, "grant"),
                            sealed -> SEAL.openSuccessor(sealed, TOKEN, "grant")),
                    new Case(
                            SEAL.sealTo(PAIR.publicKey(), PLAIN, PURPOSE),
                            sealed -> SEAL.openWith(PAIR.privateKey(), sealed, PURPOSE)),
                    new Case(
                            SEAL.sealUnder(DATA_KEY, PLAIN, PURPOSE),
                            sealed -> SEAL.openUnder(DATA_KEY, sealed, PURPOSE)));

    private SealFuzz() {}

    private static MasterKeys keys() {
        try {
            var key = new byte[32];
            RANDOM.nextBytes(key);
            return MasterKeys.parse(Secret.ofUtf8(Base64.getEncoder().encodeToString(key)));
        } catch (KeyRefused impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Token token() {
        String text = TokenText.random(TokenKind.ACCESS, RANDOM);
        var lookup = new TokenLookup(new byte[32], new Secret(new byte[32]));
        return new Token(TokenKind.ACCESS, Secret.ofUtf8(text), lookup, Optional.empty());
    }

    public static void fuzzerTestOneInput(byte[] input) {
        for (Case each : CASES) {
            assertClosed(each, input);
            assertClosed(each, Vault.withHeader(KEYS.primaryId(), input));
            assertClosed(each, Vault.withHeader(0, input));
            byte[] changed = changed(each.real, input);
            assertClosed(each, changed);
        }
    }

    private static byte[] changed(byte[] real, byte[] changes) {
        byte[] changed = real.clone();
        for (int i = 0; i + 1 < changes.length; i += 2) {
            changed[(changes[i] & 0xff) % changed.length] += changes[i + 1];
        }
        return changes.length % 2 == 0
                ? changed
                : Arrays.copyOf(changed, (changes[changes.length - 1] & 0xff) % changed.length);
    }

    private static void assertClosed(Case each, byte[] sealed) {
        // a guided fuzzer learns the real bytes from this comparison and tries them, too
        if (Arrays.equals(sealed, each.real)) return;
        boolean opened = true;
        try {
            each.opening.open(sealed);
        } catch (CannotOpen right) {
            opened = false;
        }
        assertTrue(!opened, "opened what was not sealed");
    }
}
