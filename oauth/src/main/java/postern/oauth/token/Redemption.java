package postern.oauth.token;

import postern.access.CodeRecord;
import postern.http.FormParams;
import postern.oauth.client.Client;

import java.time.Instant;

/** An attempt to redeem a code. */
record Redemption(CodeRecord code, Client client, FormParams form, Instant now) {}
