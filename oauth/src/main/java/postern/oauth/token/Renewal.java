package postern.oauth.token;

import postern.access.RefreshRecord;
import postern.http.FormParams;
import postern.oauth.client.Client;

import java.time.Instant;

/** An attempt to use a refresh token. */
record Renewal(RefreshRecord token, Client client, FormParams form, Instant now) {}
