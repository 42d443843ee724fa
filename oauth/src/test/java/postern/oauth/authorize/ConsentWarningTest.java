package postern.oauth.authorize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import postern.oauth.browser.Shown;
import postern.oauth.client.AuthMethod;
import postern.oauth.client.Client;
import postern.oauth.client.ClientKind;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** E13: what is on this computer is called so in each sentence about it, by one rule. */
class ConsentWarningTest {
    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1/cb, true",
        "http://localhost:5000/cb, true",
        "https://localhost/cb, true",
        "https://localhost:8443/cb, true",
        "https://LOCALHOST./cb, true",
        "https://app.localhost/cb, true",
        "https://127.0.0.2/cb, true",
        "https://[::1]/cb, true",
        "https://client.example/cb, false",
        "https://localhost.example/cb, false"
    })
    void this_computer_is_one_rule(String redirectUri, boolean thisComputer) {
        var client =
                new Client(
                        ClientKind.REGISTERED,
                        "id",
                        "name",
                        List.of(redirectUri),
                        AuthMethod.NONE,
                        Optional.empty(),
                        Set.of("authorization_code"));
        String warning = ConsentPage.warning(client, redirectUri).toString();
        assertEquals(thisComputer, warning.contains("this computer"));
        assertEquals(thisComputer, warning.contains("Any program here could say"));
        assertEquals(
                thisComputer,
                Shown.destination(redirectUri).toString().contains("a program on this computer"));
    }
}
