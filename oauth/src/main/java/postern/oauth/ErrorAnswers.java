package postern.oauth;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import postern.http.Handler;
import postern.http.HttpError;
import postern.http.Response;
import postern.store.StoreUnavailable;

/** Refusals in the shape of RFC 6749 section 5.2, for every endpoint that answers in JSON. */
public final class ErrorAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorAnswers.class);

    private ErrorAnswers() {}

    /** {@code handler} with its refusals turned into answers. */
    public static Handler guarded(String event, Handler handler) {
        return request -> {
            try {
                return handler.handle(request);
            } catch (OAuthError refused) {
                LOG.atInfo()
                        .addKeyValue("error", refused.code().word())
                        .addKeyValue("detail", refused.getMessage())
                        .log(event);
                return of(refused);
            } catch (StoreUnavailable unavailable) {
                LOG.atError().setCause(unavailable).log(event);
                return of(
                        new OAuthError(
                                OAuthError.Code.TEMPORARILY_UNAVAILABLE,
                                "try again in a few seconds",
                                "store unavailable"));
            }
        };
    }

    public static Response of(OAuthError error) {
        Response response = json(error.code().status(), error.code().word(), error.hint());
        return switch (error.code()) {
            case INVALID_CLIENT -> response.with("WWW-Authenticate", "Basic realm=\"postern\"");
            case TEMPORARILY_UNAVAILABLE -> response.with("Retry-After", "5");
            default -> response;
        };
    }

    /** Refusals of the frame: too large, too many, malformed. */
    public static Response of(HttpError error) {
        String word =
                switch (error.status()) {
                    case 401 -> "invalid_token";
                    case 429, 503 -> "temporarily_unavailable";
                    case 500 -> "server_error";
                    default -> "invalid_request";
                };
        Response response = json(error.status(), word, error.hint());
        for (Response.Header header : error.headers()) {
            response = response.with(header.name(), header.value());
        }
        return response;
    }

    private static Response json(int status, String word, String hint) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("error", word);
        body.put("error_description", hint);
        return Response.json(status, body.toString())
                .with("Cache-Control", "no-store")
                .with("Pragma", "no-cache");
    }
}
