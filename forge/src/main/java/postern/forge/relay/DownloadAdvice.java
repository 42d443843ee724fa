package postern.forge.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * What forgejo-mcp tells a model about a file that is too large for an answer: to fetch {@code
 * browser_download_url} with the token. Through Postern nobody has a token to fetch it with, and a
 * model that believed it would ask the person for one. So the advice becomes one that works: the
 * person opens the address, which is the forge's own, in a browser. Source: answers of forgejo-mcp
 * 2.34.1.
 */
final class DownloadAdvice {
    /** Lines with neither of these are not looked at closer. Lines have up to some megabytes. */
    private static final byte[] IN_ANSWER =
            "browser_download_url with Authorization".getBytes(ISO_8859_1);

    private static final byte[] IN_DESCRIPTION = "with the same auth token".getBytes(ISO_8859_1);

    private static final String TRUE_ADVICE =
            "the person can open browser_download_url in a browser that is signed in to the forge."
                    + " No token for it can be had here";

    /**
     * In a text that is JSON itself, and in a structured answer. Between {@code inline} and the
     * reason nothing else may stand, so that a text which only speaks of this advice, as the
     * documentation of forgejo-mcp does, stays as it is: its quotes are escaped once more. Go
     * writes angle brackets as escapes unless it was told not to.
     */
    private static final Pattern ANSWER =
            Pattern.compile(
                    "(?<!\\\\)((\\\\?)\"inline\\2\":false,\\2\"reason\\2\":\\2\""
                            + "[A-Za-z0-9 ]{1,80}(?:(?:\\\\{1,2}u003e|>)=[A-Za-z0-9 ]{1,80})?; )"
                            + "fetch browser_download_url with Authorization: token"
                            + " (?:\\\\{1,2}u003c|<)TOKEN(?:\\\\{1,2}u003e|>)(?=\\2\")");

    private static final Pattern DESCRIPTION =
            Pattern.compile(
                    "(\"description\":\"[A-Za-z0-9/, ]{1,80}\\. [A-Za-z0-9+_ ]{1,120}; )"
                            + "the caller is expected to fetch that URL with the same auth token"
                            + "(?=\\.\")");

    private DownloadAdvice() {}

    /** The line with advice that is true here; the same array when there is nothing to change. */
    static byte[] corrected(byte[] line) {
        if (!mayAdvise(line)) return line;
        String text = new String(line, ISO_8859_1);
        String answer = ANSWER.matcher(text).replaceAll("$1" + TRUE_ADVICE);
        return DESCRIPTION.matcher(answer).replaceAll("$1" + TRUE_ADVICE).getBytes(ISO_8859_1);
    }

    private static boolean mayAdvise(byte[] line) {
        for (int at = 0; at < line.length; at++) {
            if (isAt(line, at, IN_ANSWER) || isAt(line, at, IN_DESCRIPTION)) return true;
        }
        return false;
    }

    private static boolean isAt(byte[] line, int at, byte[] wanted) {
        int end = at + wanted.length;
        return line[at] == wanted[0]
                && end <= line.length
                && Arrays.equals(line, at, end, wanted, 0, wanted.length);
    }
}
