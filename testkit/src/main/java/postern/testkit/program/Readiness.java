package postern.testkit.program;

import postern.testkit.http.Clients;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Decides from what a process has written so far whether it is ready, and where. */
@FunctionalInterface
public interface Readiness {
    /** Not any address: a public URL in the output may lead nowhere from here. */
    String LOOPBACK = "https?://(?:127\\.0\\.0\\.1|localhost|\\[::1])(?::[0-9]+)?";

    /** The base address without trailing slash once the process is ready, otherwise nothing. */
    Optional<URI> address(String stdout, String stderr);

    /** Not before standard error contains one of {@code words} as well. */
    default Readiness andLogged(String... words) {
        return (stdout, stderr) ->
                Arrays.stream(words).anyMatch(stderr::contains)
                        ? address(stdout, stderr)
                        : Optional.empty();
    }

    /** The first loopback address in the output, as soon as its {@code /readyz} answers 200. */
    static Readiness firstAddressWithReadyz() {
        Pattern address = Pattern.compile(LOOPBACK);
        return (stdout, stderr) -> {
            Matcher found = address.matcher(stdout + "\n" + stderr);
            return found.find()
                    ? Optional.of(URI.create(found.group())).filter(Readiness::answersReadyz)
                    : Optional.empty();
        };
    }

    /** The first loopback address in a line of standard output that contains {@code ready}. */
    static Readiness readyLine() {
        Pattern line = Pattern.compile("(?m)^.*ready.*?(" + LOOPBACK + ").*$");
        return (stdout, stderr) -> {
            Matcher found = line.matcher(stdout);
            return found.find() ? Optional.of(URI.create(found.group(1))) : Optional.empty();
        };
    }

    private static boolean answersReadyz(URI base) {
        try (HttpClient client = Clients.create()) {
            HttpRequest request =
                    HttpRequest.newBuilder(base.resolve("/readyz"))
                            .timeout(Duration.ofSeconds(2))
                            .build();
            return Clients.send(client, request).status() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }
}
