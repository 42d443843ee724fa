package postern.oauth.client;

import postern.fetch.FetchFailed;
import postern.fetch.Fetched;

import java.net.URI;

/** Where documents come from. */
@FunctionalInterface
public interface DocumentSource {
    Fetched get(URI url) throws FetchFailed;
}
