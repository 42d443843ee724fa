package postern.oauth.client;

/** Whether a stranger's text shows anything at all (Unicode Standard, sections 5.21 and 6.2). */
public final class VisibleText {
    private VisibleText() {}

    /** Whether each character of {@code text} leaves the paper white; also when there is none. */
    public static boolean showsNothing(String text) {
        return text.codePoints().allMatch(VisibleText::isBlank);
    }

    private static boolean isBlank(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED ->
                    true;
            default -> isIgnorable(codePoint) || codePoint == BRAILLE_WITHOUT_DOTS;
        };
    }

    private static final int BRAILLE_WITHOUT_DOTS = 0x2800;

    /** Default_Ignorable_Code_Point, as far as the general category does not say it. */
    private static boolean isIgnorable(int codePoint) {
        return codePoint == 0x034f // combining grapheme joiner
                || codePoint == 0x115f // Hangul fillers: these two,
                || codePoint == 0x1160
                || codePoint == 0x3164 // this
                || codePoint == 0xffa0 // and this
                || codePoint == 0x17b4 // Khmer inherent vowels
                || codePoint == 0x17b5
                || (codePoint >= 0x180b && codePoint <= 0x180f) // Mongolian selectors
                || (codePoint >= 0xfe00 && codePoint <= 0xfe0f) // variation selectors
                || (codePoint >= 0xe0000 && codePoint <= 0xe0fff); // tags, more selectors
    }
}
