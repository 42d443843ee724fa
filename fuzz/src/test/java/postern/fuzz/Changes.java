package postern.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Random;

/** One to three small changes of an input: a byte or a telling piece written over, in, or out. */
final class Changes {
    private static final String[] PIECES = {
        "%",
        "%00",
        "%2e",
        "\\",
        "@",
        "#",
        "?",
        "&",
        "=",
        ";",
        ",",
        ":",
        "\"",
        "'",
        "<",
        ">",
        "{",
        "}",
        "[",
        "]",
        "\r\n",
        " ",
        "\t",
        "null",
        "\\u0000",
        "\u202e",
        "😀",
        "-0",
        "9007199254740993",
        "[::1]",
        "localhost",
        "127.0.0.1",
        "https://",
        "../",
        "é"
    };

    private Changes() {}

    static byte[] of(byte[] input, Random random) {
        byte[] changed = input;
        for (int i = random.nextInt(1, 4); i > 0; i--) changed = once(changed, random);
        return changed;
    }

    private static byte[] once(byte[] input, Random random) {
        int at = random.nextInt(input.length + 1);
        byte[] piece =
                random.nextInt(3) == 0
                        ? new byte[] {(byte) random.nextInt(256)}
                        : PIECES[random.nextInt(PIECES.length)].getBytes(UTF_8);
        int cut = random.nextInt(3) == 0 ? 0 : Math.min(random.nextInt(4), input.length - at);
        if (random.nextInt(4) == 0) piece = new byte[0];
        byte[] changed = Arrays.copyOf(input, input.length - cut + piece.length);
        System.arraycopy(piece, 0, changed, at, piece.length);
        System.arraycopy(input, at + cut, changed, at + piece.length, input.length - at - cut);
        return changed;
    }
}
