package postern.fuzz;

import postern.bridge.tools.ToolListFuzz;
import postern.forge.relay.LinkFieldFuzz;
import postern.forge.relay.RelayPathFuzz;
import postern.http.BasicCredentialsFuzz;
import postern.http.BearerTokenFuzz;
import postern.http.CookiesFuzz;
import postern.http.FormParamsFuzz;
import postern.http.HtmlFuzz;
import postern.http.StrictJsonFuzz;
import postern.http.TrustedProxiesFuzz;
import postern.mcp.MessageParserFuzz;
import postern.oauth.client.ClientMetadataFuzz;
import postern.oauth.client.DocumentUrlFuzz;
import postern.oauth.client.RedirectUrisFuzz;
import postern.vault.SealFuzz;
import postern.vault.TokenTextFuzz;

import java.util.Locale;
import java.util.function.Consumer;

/** Everything that is fed. */
enum Target {
    FORM_PARAMS(FormParamsFuzz.class, FormParamsFuzz::fuzzerTestOneInput),
    BASIC_CREDENTIALS(BasicCredentialsFuzz.class, BasicCredentialsFuzz::fuzzerTestOneInput),
    BEARER_TOKEN(BearerTokenFuzz.class, BearerTokenFuzz::fuzzerTestOneInput),
    TRUSTED_PROXIES(TrustedProxiesFuzz.class, TrustedProxiesFuzz::fuzzerTestOneInput),
    COOKIES(CookiesFuzz.class, CookiesFuzz::fuzzerTestOneInput),
    HTML(HtmlFuzz.class, HtmlFuzz::fuzzerTestOneInput),
    STRICT_JSON(StrictJsonFuzz.class, StrictJsonFuzz::fuzzerTestOneInput),
    CLIENT_METADATA(ClientMetadataFuzz.class, ClientMetadataFuzz::fuzzerTestOneInput),
    REDIRECT_URIS(RedirectUrisFuzz.class, RedirectUrisFuzz::fuzzerTestOneInput),
    DOCUMENT_URL(DocumentUrlFuzz.class, DocumentUrlFuzz::fuzzerTestOneInput),
    MESSAGE_PARSER(MessageParserFuzz.class, MessageParserFuzz::fuzzerTestOneInput),
    TOKEN_TEXT(TokenTextFuzz.class, TokenTextFuzz::fuzzerTestOneInput),
    SEAL(SealFuzz.class, SealFuzz::fuzzerTestOneInput),
    TOOL_LIST(ToolListFuzz.class, ToolListFuzz::fuzzerTestOneInput),
    LINK_FIELD(LinkFieldFuzz.class, LinkFieldFuzz::fuzzerTestOneInput),
    RELAY_PATH(RelayPathFuzz.class, RelayPathFuzz::fuzzerTestOneInput);

    private final Class<?> type;
    private final Consumer<byte[]> feed;

    Target(Class<?> type, Consumer<byte[]> feed) {
        this.type = type;
        this.feed = feed;
    }

    /** Its folder in the corpus. */
    String folder() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The class with the entry point that Jazzer calls. */
    Class<?> type() {
        return type;
    }

    void feed(byte[] input) {
        feed.accept(input);
    }
}
