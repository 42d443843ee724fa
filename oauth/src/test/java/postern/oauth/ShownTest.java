package postern.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import postern.oauth.browser.Shown;
import postern.oauth.client.AuthMethod;
import postern.oauth.client.Client;
import postern.oauth.client.ClientKind;

import java.util.List;
import java.util.Optional;
import java.util.Set;

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

    @ParameterizedTest
    @DisplayName("E12: a name that shows nothing is no name")
    @ValueSource(
            strings = {
                "",
                " ",
                "\u3164",
                "\u2800 \u2800",
                "\u115f\u1160",
                "\uffa0",
                "\u200b\u2060\ufeff",
                "\u2003\u00a0\u2028\u2029",
                "\ufe0f",
                "\udb40\udd00",
                "\u034f",
                "\u180b",
                "\u17b4"
            })
    void white_names(String name) {
        assertEquals("A program without a name", Shown.program(named(name)).markup());
        assertTrue(Shown.program(named(name + "x")).markup().contains("x</bdi>"));
    }

    private static Client named(String name) {
        return new Client(
                ClientKind.REGISTERED,
                "id",
                name,
                List.of("https://app.example/cb"),
                AuthMethod.NONE,
                Optional.empty(),
                Set.of("authorization_code"));
    }

    @ParameterizedTest
    @DisplayName("E12: on this computer is said of https as well")
    @CsvSource({
        "https://localhost/cb, true",
        "https://LOCALHOST.:8443/cb, true",
        "https://app.localhost/cb, true",
        "https://127.8.9.1/cb, true",
        "https://0.0.0.0/cb, true",
        "https://[::1]:1/cb, true",
        "https://[::]/cb, true",
        "https://[::ffff:127.0.0.1]/cb, true",
        "http://127.0.0.1:5/cb, true",
        "https://[::1%25lo]/cb, true",
        "https://[fe80::1%25eth0]/cb, false",
        "https://192.0.2.7/cb, false",
        "https://localhost.example/cb, false",
        "https://127.0.0.1.example/cb, false",
    })
    void this_computer(String uri, boolean here) {
        assertEquals(here, Shown.destination(uri).markup().contains("on this computer"));
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
