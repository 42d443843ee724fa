package postern.forge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import postern.core.Secret;
import postern.testkit.forgejo.Endpoint;
import postern.testkit.forgejo.Fault;
import postern.testkit.forgejo.ForgejoDouble;
import postern.testkit.forgejo.ForgejoDoubleOptions;

import java.time.Duration;
import java.time.InstantSource;

/** Every row of Forgejo facts A6, for the grant types that it names; and answers that are none. */
class TokenErrorsTest {
    @ParameterizedTest(name = "{0}, {1}: {2} -> {3}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    code    | invalid_request        | cannot parse basic auth header                          | CONFIGURATION
                    refresh | invalid_request        | cannot parse basic auth header                          | CONFIGURATION
                    code    | invalid_request        | client_id in request body inconsistent with Authorization header | CONFIGURATION
                    refresh | invalid_request        | client_secret in request body inconsistent with Authorization header | CONFIGURATION
                    code    | unsupported_grant_type | Only refresh_token or authorization_code grant type is supported | CONFIGURATION
                    refresh | unsupported_grant_type | Only refresh_token or authorization_code grant type is supported | CONFIGURATION
                    code    | invalid_client         | cannot load client with client id: '5a3c'               | CONFIGURATION
                    code    | unauthorized_client    | invalid client secret                                   | CONFIGURATION
                    code    | unauthorized_client    | invalid empty client secret                             | CONFIGURATION
                    code    | unauthorized_client    | unexpected redirect URI                                 | CONFIGURATION
                    code    | unauthorized_client    | client is not authorized                                | OTHER
                    code    | unauthorized_client    | failed PKCE code challenge                              | OTHER
                    code    | unauthorized_client    | redirect_uri does not match the authorization request   | OTHER
                    code    | invalid_grant          | invalid grant                                           | OTHER
                    code    | invalid_request        | cannot proceed your request                             | OTHER
                    refresh | invalid_client         | cannot load client with client id: "5a3c"               | CONFIGURATION
                    refresh | invalid_client         | invalid client secret                                   | CONFIGURATION
                    refresh | invalid_client         | invalid empty client secret                             | CONFIGURATION
                    refresh | unauthorized_client    | unable to parse refresh token                           | TOKEN_TOO_OLD
                    refresh | unauthorized_client    | token is not a refresh token                            | OTHER
                    refresh | invalid_grant          | grant does not exist                                    | GRANT_GONE
                    refresh | invalid_grant          | refresh token was not issued to this client             | OTHER
                    refresh | unauthorized_client    | token was already used                                  | ALREADY_USED
                    code    | invalid_grant          | cannot increase the grant counter                       | NEWEST
                    refresh | invalid_grant          | cannot increase the grant counter                       | NEWEST
                    code    | invalid_request        | cannot sign token                                       | UNDECIDED
                    refresh | invalid_request        | cannot sign token                                       | UNDECIDED
                    code    | invalid_request        | cannot find user                                        | UNDECIDED
                    refresh | invalid_request        | cannot find user                                        | UNDECIDED
                    code    | invalid_request        | server error                                            | UNDECIDED
                    refresh | invalid_request        | server error                                            | UNDECIDED
                    code    | unauthorized_client    | words of a release to come                              | OTHER
                    refresh | invalid_grant          | words of a release to come                              | OTHER
                    refresh | invalid_grant          | ''                                                      | OTHER
                    code    | invalid_scope          | words of a release to come                              | UNDECIDED
                    refresh | ''                     | ''                                                      | UNDECIDED
                    """)
    void a_refusal_means(String grant, String error, String description, String meaning)
            throws Exception {
        String body =
                "{\"error\":\"%s\",\"error_description\":\"%s\"}"
                        .formatted(error, description.replace("\"", "\\\""));
        var answer = new Fault.Answer(400, "application/json;charset=utf-8", body);
        assertEquals(meaning, named(ask(grant, answer)));
    }

    @ParameterizedTest(name = "status {0}, {1}: {2}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    200 | text/html        | <h1>Sign in</h1>
                    400 | text/html        | <h1>Bad request</h1>
                    500 | application/json | {"message":""}
                    502 | text/html        | <h1>The forge is being updated</h1>
                    503 | application/json | {"error":"invalid_grant","error_description":"grant does not exist"}
                    401 | application/json | {"error":"invalid_client","error_description":"invalid client secret"}
                    403 | text/plain       | Forbidden
                    429 | text/plain       | Too Many Requests
                    301 | text/html        | <a href="/">moved</a>
                    200 | application/json | {"access_token":"half
                    400 | application/json | {"error":"invalid_gr
                    400 | application/json | ["invalid_grant"]
                    200 | application/json | {}
                    200 | application/json | {"access_token":"a","token_type":"bearer","expires_in":0,"refresh_token":"b"}
                    200 | application/json | {"access_token":"a b","token_type":"bearer","expires_in":60,"refresh_token":"b"}
                    200 | application/json | {"access_token":"a","token_type":"mac","expires_in":60,"refresh_token":"b"}
                    400 | application/json | {}
                    """)
    void what_is_no_answer_of_the_endpoint_decides_nothing(int status, String type, String body)
            throws Exception {
        for (String grant : new String[] {"code", "refresh"}) {
            assertEquals("UNDECIDED", named(ask(grant, new Fault.Answer(status, type, body))));
        }
    }

    @Test
    void neither_does_a_connection_that_breaks_or_an_answer_that_takes_too_long() throws Exception {
        for (String grant : new String[] {"code", "refresh"}) {
            assertEquals("UNDECIDED", named(ask(grant, new Fault.LoseRequest())));
            assertEquals("UNDECIDED", named(ask(grant, new Fault.CutBody())));
            assertEquals("UNDECIDED", named(ask(grant, new Fault.Slow(Duration.ofSeconds(30)))));
        }
    }

    @Test
    void what_the_log_gets_holds_nothing_that_was_sent() throws Exception {
        for (String grant : new String[] {"code", "refresh"}) {
            TokenAnswer answer = ask(grant, new Fault.EchoSecrets(400));
            assertEquals("UNDECIDED", named(answer));
            assertFalse(answer.toString().contains("presented"), answer::toString);
        }
    }

    private static TokenAnswer ask(String grant, Fault fault) throws Exception {
        try (var forge = ForgejoDouble.start(ForgejoDoubleOptions.standard())) {
            var config =
                    new ForgejoConfig(
                            forge.rootUrl(),
                            forge.address(),
                            "client-id",
                            Secret.ofUtf8("presented-secret"),
                            Bench.SCOPES,
                            Bench.CALLBACK,
                            Duration.ofSeconds(2));
            forge.switchOn(Endpoint.ANY, fault);
            return ask(grant, config);
        }
    }

    private static TokenAnswer ask(String grant, ForgejoConfig config) {
        try (var http = new ForgeHttp(config.apiUrl(), config.timeout())) {
            var endpoint = new TokenEndpoint(http, config, InstantSource.system());
            return grant.equals("code")
                    ? endpoint.redeem("presented-code", Secret.ofUtf8("presented-verifier"))
                    : endpoint.refresh(Secret.ofUtf8("presented-token"));
        }
    }

    private static String named(TokenAnswer answer) {
        return switch (answer) {
            case TokenAnswer.Fresh fresh -> "FRESH";
            case TokenAnswer.Refused no -> no.why().name();
            case TokenAnswer.CounterRace() -> "NEWEST";
            case TokenAnswer.Misconfigured wrong -> "CONFIGURATION";
            case TokenAnswer.NoAnswer none -> "UNDECIDED";
        };
    }
}
