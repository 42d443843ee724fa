package postern.oauth.token;

import java.time.Instant;
import postern.access.RefreshRecord;
import postern.http.FormParams;
import postern.oauth.client.Client;

/** An attempt to use a refresh token. */
record Renewal(RefreshRecord token, Client client, FormParams form, Instant now) {}
