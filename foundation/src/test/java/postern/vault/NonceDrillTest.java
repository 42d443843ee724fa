package postern.vault;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

@Tag("drill")
class NonceDrillTest {
    private static final int WRITES = 1_000_000;

    @TempDir Path folder;

    @Test
    void of_a_million_seals_no_two_have_the_same_nonce() throws Exception {
        try (var made = new TestVault(folder)) {
            Set<ByteBuffer> nonces = HashSet.newHashSet(WRITES);
            for (int i = 0; i < WRITES; i++) {
                byte[] sealed = made.vault.seal(new byte[1], Purpose.of("drill"));
                assertTrue(nonces.add(ByteBuffer.wrap(Arrays.copyOfRange(sealed, 5, 17))));
            }
        }
    }
}
