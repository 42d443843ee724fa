package postern.oauth.token;

import java.time.Instant;
import postern.access.CodeRecord;
import postern.http.FormParams;
import postern.oauth.client.Client;

/** An attempt to redeem a code. */
record Redemption(CodeRecord code, Client client, FormParams form, Instant now) {}
