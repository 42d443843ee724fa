package postern.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import postern.oauth.browser.Shown;

/** Rule E12: names and addresses of strangers. */
class ShownTest {
    @Test
    @DisplayName("E12: what turns or hides text is marked, and a long name is cut visibly")
    void names() {
        assertEquals("a\ufffdb\ufffdc\ufffdd", Shown.name("a\u202eb\u200bc\u061cd"));
        assertEquals("one two", Shown.name(" one\u00a0two ".replace('\u00a0', '\u2003')));
        assertEquals("é", Shown.name("é"));
        assertEquals("e\u0301\u0301", Shown.name("e" + "\u0301".repeat(50)));
        assertEquals("x".repeat(60), Shown.name("x".repeat(60)));
        assertEquals("x".repeat(60) + "…", Shown.name("x".repeat(61)));
        assertEquals("\ufffd", Shown.name("\ud800"));
    }

    @Test
    @DisplayName("E12: a host keeps its end, and another script is said to be one")
    void hosts() {
        assertEquals("<bdi>claude.ai</bdi>", Shown.host("claude.ai").markup());
        String longHost = "accounts.google.com." + "a".repeat(60) + ".evil.example";
        String shown = Shown.host(longHost).markup();
        assertTrue(shown.startsWith("<bdi>…"), shown);
        assertTrue(shown.contains(".evil.example</bdi>"), shown);
        assertFalse(shown.contains("google"), shown);
        assertTrue(Shown.host("login.xn--pple-43d.com").markup().contains("another script"));
    }
}
