package postern.http;

import postern.core.Check;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Pages for people: one frame, one style sheet, no script, and on each page the header fields that
 * keep it from being framed, cached, sniffed or leaked. Source: oauth-rules D22, E10.
 */
public final class PageKit {
    private static final Pattern SOURCES = Pattern.compile("[\\x20-\\x7e&&[^;,'\"*]]*");
    private static final String FRAME =
            """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="robots" content="noindex">
            <title>{} · Postern</title>
            <style>{}</style>
            </head>
            <body>
            <main>
            <h1>{}</h1>
            {}
            </main>
            </body>
            </html>
            """;

    private final Html style;
    private final String policy;

    public PageKit() {
        String css = resource("page.css");
        style = Html.of(css);
        policy =
                "default-src 'none'; style-src 'sha256-"
                        + sha256(css)
                        + "'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
                        + "; form-action 'self'";
    }

    /**
     * One page.
     *
     * @param formAction further sources that a form of this page may lead to, separated by spaces.
     *     Chromium applies them to the redirect after the POST, too
     */
    public Response page(int status, String title, Html content, Optional<String> formAction) {
        formAction.ifPresent(sources ->
                Check.that(
                        SOURCES.matcher(sources).matches(),
                        "form-action",
                        "must be plain sources"));
        return Response.html(status, Html.of(FRAME, title, style, title, content).markup())
                .with("Content-Security-Policy", policy + formAction.map(s -> " " + s).orElse(""))
                .with("Cache-Control", "no-store")
                .with("Referrer-Policy", "no-referrer")
                .with("X-Frame-Options", "DENY")
                .with("Cross-Origin-Opener-Policy", "same-origin")
                .with("X-Content-Type-Options", "nosniff");
    }

    private static String resource(String name) {
        try (InputStream in = PageKit.class.getResourceAsStream(name)) {
            if (in == null) throw new IllegalStateException("resource missing: " + name);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static String sha256(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
