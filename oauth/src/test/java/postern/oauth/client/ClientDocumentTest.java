package postern.oauth.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import postern.oauth.OAuthError;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Rule C5: what a document must say. */
class ClientDocumentTest {
    private static final String URL = "https://app.example/client.json";
    private static final String GOOD =
            "{'client_id':'"
                    + URL
                    + "','client_name':'App','redirect_uris':['https://app.example/cb']}";

    private static Client parse(String json) {
        return ClientDocument.parse(
                URL, json.replace('\'', '"').getBytes(UTF_8), ClientKind.DOCUMENT);
    }

    @Test
    void unknown_grant_types_and_members_are_ignored() {
        Client client =
                parse(
                        GOOD.replace(
                                "}",
                                ",'grant_types':['authorization_code','refresh_token',"
                                    + "'urn:ietf:params:oauth:grant-type:jwt-bearer'],"
                                    + "'logo_uri':'http://169.254.169.254/','jwks_uri':'x','a':{}}"));
        assertEquals(Set.of("authorization_code", "refresh_token"), client.grantTypes());
        assertEquals(List.of("https://app.example/cb"), client.redirectUris());
        assertEquals(AuthMethod.NONE, client.authMethod());
    }

    @Test
    void a_private_scheme_is_left_out() {
        Client client = parse(GOOD.replace("['https", "['cursor://a.b/cb','https"));
        assertEquals(List.of("https://app.example/cb"), client.redirectUris());
    }

    @Test
    void the_host_is_shown_with_its_port() {
        String url = "https://good.example:8443/client.json";
        String json = GOOD.replace(URL, url).replace('\'', '"');
        Client client = ClientDocument.parse(url, json.getBytes(UTF_8), ClientKind.DOCUMENT);
        assertEquals(Optional.of("good.example:8443"), client.host());
        assertEquals(Optional.of("app.example"), parse(GOOD).host());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0001',
            textBlock =
                    """
                    another client_id       | client.json          | client.jsoN
                    client_id with a slash  | client.json'         | client.json/'
                    no client_id            | 'client_id'          | 'client_id2'
                    client_id is no string  | 'https://app.example/client.json' | 1
                    no name                 | 'client_name'        | 'client_name2'
                    empty name              | 'App'                | ''
                    white name             | 'App'                | '\\u3164\\u2800\\u115f\\u1160\\uffa0\\u00a0\\ufe0f'
                    direction override      | 'App'                | 'A\\u202epp'
                    a secret                | 'client_name'        | 'client_secret':'x','client_name'
                    a null secret           | 'client_name'        | 'client_secret':null,'client_name'
                    secret's end            | 'client_name'        | 'client_secret_expires_at':0,'client_name'
                    client_secret_post      | 'client_name'        | 'token_endpoint_auth_method':'client_secret_post','client_name'
                    client_secret_jwt       | 'client_name'        | 'token_endpoint_auth_method':'client_secret_jwt','client_name'
                    private_key_jwt         | 'client_name'        | 'token_endpoint_auth_method':'private_key_jwt','client_name'
                    no code grant           | 'client_name'        | 'grant_types':['implicit'],'client_name'
                    no redirect URI         | 'https://app.example/cb' | \s
                    http redirect URI       | https://app.example/cb | http://app.example/cb
                    javascript              | https://app.example/cb | javascript:alert(1)
                    wildcard                | https://app.example/cb | https://*.example/cb
                    our parameter           | https://app.example/cb | https://app.example/cb?code=1
                    twice                   | 'client_name'        | 'client_name':'x','client_name'
                    not an object           | {                    | [{
                    trailing text           | }                    | } x
                    """)
    void refused(String when, String good, String bad) {
        parse(GOOD);
        String changed = GOOD.replace(good, bad == null ? "" : bad);
        assertThrows(OAuthError.class, () -> parse(changed), when);
    }
}
