package postern.vault;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

class HkdfTest {
    @Test
    void the_first_block_of_RFC_5869_test_case_1() {
        byte[] ikm = new byte[22];
        Arrays.fill(ikm, (byte) 0x0b);
        byte[] salt = HexFormat.of().parseHex("000102030405060708090a0b0c");
        byte[] info = HexFormat.of().parseHex("f0f1f2f3f4f5f6f7f8f9");
        String expected = "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf";
        assertArrayEquals(HexFormat.of().parseHex(expected), Crypto.hkdf(ikm, salt, info));
    }

    @ParameterizedTest
    @CsvSource({"1, 0, 0", "32, 0, 15", "100, 32, 15", "200, 100, 200"})
    void it_agrees_with_the_JDK(int inputBytes, int saltBytes, int infoBytes) throws Exception {
        byte[] ikm = "k".repeat(inputBytes).getBytes(StandardCharsets.US_ASCII);
        byte[] salt = "s".repeat(saltBytes).getBytes(StandardCharsets.US_ASCII);
        byte[] info = "i".repeat(infoBytes).getBytes(StandardCharsets.US_ASCII);
        var parameters =
                HKDFParameterSpec.ofExtract().addIKM(ikm).addSalt(salt).thenExpand(info, 32);
        byte[] expected = KDF.getInstance("HKDF-SHA256").deriveData(parameters);
        assertArrayEquals(expected, Crypto.hkdf(ikm, salt, info));
    }
}
