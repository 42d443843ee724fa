package postern.mcp;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/**
 * Id of a request, or a progress token, for comparing: {@code 1} and {@code "1"} differ, {@code
 * "a"} and {@code "\u0061"} do not.
 *
 * @param text whether it is a string
 * @param value the decoded string, or the number as it was written
 */
public record RequestId(boolean text, String value) {
    /** Longest value that we keep; far over what any client sends. */
    static final int MAX_CHARS = 1024;

    private static final BigInteger LARGEST_SAFE = BigInteger.ONE.shiftLeft(53);
    private static final int SURELY_SAFE_DIGITS = 15;
    private static final String REWRITTEN = "postern-int:";

    static RequestId ofNumber(String digits) {
        return new RequestId(false, digits);
    }

    static RequestId ofText(String value) {
        return new RequestId(true, value);
    }

    /**
     * The id to use towards a child: numbers that a child in JavaScript would change (beyond 2^53,
     * and -0) become strings, always the same one for the same number.
     */
    public RequestId towardsChild() {
        if (text || survivesDoubles()) return this;
        return ofText(REWRITTEN + value);
    }

    private boolean survivesDoubles() {
        if (value.equals("-0")) return false;
        if (value.length() <= SURELY_SAFE_DIGITS) return true;
        return new BigInteger(value).abs().compareTo(LARGEST_SAFE) <= 0;
    }

    /** JSON text of a rewritten id; {@link Message} keeps the bytes of all others. */
    byte[] rewrittenJson() {
        return ('"' + value + '"').getBytes(StandardCharsets.US_ASCII);
    }
}
