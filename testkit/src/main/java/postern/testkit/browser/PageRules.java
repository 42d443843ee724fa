package postern.testkit.browser;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What a page's headers allow its forms.
 *
 * @param hidesOrigin the referrer policy makes form posts say {@code Origin: null}
 * @param formAction sources of the content security policy; empty: no rule
 */
public record PageRules(boolean hidesOrigin, List<String> formAction) {
    public PageRules {
        formAction = List.copyOf(formAction);
    }

    static PageRules of(HttpHeaders headers) {
        String policy = headers.firstValue("Referrer-Policy").orElse("");
        List<String> sources =
                headers.allValues("Content-Security-Policy").stream()
                        .flatMap(value -> Arrays.stream(value.split(";")))
                        .map(String::strip)
                        .filter(directive -> directive.startsWith("form-action"))
                        .findFirst()
                        .map(directive -> Arrays.asList(directive.split("\\s+")))
                        .map(words -> words.subList(1, words.size()))
                        .orElse(List.of());
        return new PageRules(policy.equalsIgnoreCase("no-referrer"), sources);
    }

    /**
     * Whether a form of {@code page} may be sent, or redirected after sending, to {@code target}.
     */
    boolean allows(URI page, URI target) {
        return formAction.isEmpty()
                || formAction.stream().anyMatch(source -> matches(source, page, target));
    }

    private static boolean matches(String source, URI page, URI target) {
        String origin = Origins.of(target);
        return switch (source.toLowerCase(Locale.ROOT)) {
            case "'none'" -> false;
            case "'self'" -> origin.equals(Origins.of(page));
            case "*" -> target.getScheme().startsWith("http");
            default ->
                    source.endsWith(":")
                            ? source.equalsIgnoreCase(target.getScheme() + ":")
                            : target.toString().startsWith(source) || origin.equals(source);
        };
    }
}
