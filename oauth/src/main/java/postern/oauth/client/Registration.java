package postern.oauth.client;

import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.core.DataSize;
import postern.core.Ticker;
import postern.http.BearerToken;
import postern.http.HttpError;
import postern.http.MalformedJson;
import postern.http.RateLimiter;
import postern.http.Request;
import postern.http.Response;
import postern.http.StrictJson;
import postern.oauth.BoundedTable;
import postern.oauth.OAuthError;
import postern.store.Database;
import postern.store.Tx;
import postern.vault.Vault;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/** Dynamic client registration (RFC 7591). */
public final class Registration {
    private static final DataSize MAX_BODY = DataSize.ofKibibytes(16);
    private static final int PER_MINUTE = 10;
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final RegistrationPolicy policy;
    private final Database database;
    private final Clients clients;
    private final Vault vault;
    private final InstantSource clock;
    private final SecureRandom random;
    private final RateLimiter limiter;

    public Registration(
            Database database,
            Clients clients,
            Vault vault,
            InstantSource clock,
            Ticker ticker,
            SecureRandom random) {
        this(new RegistrationPolicy.Open(), database, clients, vault, clock, ticker, random);
    }

    public Registration(
            RegistrationPolicy policy,
            Database database,
            Clients clients,
            Vault vault,
            InstantSource clock,
            Ticker ticker,
            SecureRandom random) {
        this.policy = policy;
        this.database = database;
        this.clients = clients;
        this.vault = vault;
        this.clock = clock;
        this.random = random;
        this.limiter =
                new RateLimiter(
                        ticker, PER_MINUTE, Duration.ofMinutes(1).dividedBy(PER_MINUTE), 10_000);
    }

    public Response handle(Request request) {
        limiter.tryAcquire(request.clientNetwork())
                .ifPresent(wait -> {
                    throw HttpError.tooManyRequests(wait);
                });
        permitted(request);
        ClientMetadata metadata = ClientMetadata.of(json(request));
        ObjectNode answer =
                metadata.authMethod() == AuthMethod.NONE
                        ? registerPublic(metadata, BoundedTable.network(vault, request))
                        : registerConfidential(metadata, BoundedTable.network(vault, request));
        return Response.json(201, answer.toString()).with("Cache-Control", "no-store");
    }

    /** The initial access token of RFC 7591 section 3, where one is asked for. */
    private void permitted(Request request) {
        switch (policy) {
            case RegistrationPolicy.Open open -> {}
            case RegistrationPolicy.Off off -> throw HttpError.notFound();
            case RegistrationPolicy.WithToken with -> {
                Optional<String> given = BearerToken.of(request.headers());
                if (given.isEmpty()) throw unauthorized("Bearer realm=\"postern\"");
                byte[] presented = hash(given.get());
                if (!MessageDigest.isEqual(presented, with.token().useText(this::hash))) {
                    throw unauthorized("Bearer realm=\"postern\", error=\"invalid_token\"");
                }
            }
        }
    }

    /** Both sides hashed, so that not even the length shows in the time taken. */
    private byte[] hash(String token) {
        return vault.keyedHash("registration-token", token);
    }

    private static HttpError unauthorized(String challenge) {
        return new HttpError(
                        401,
                        "registering here needs the token that the operator gives out",
                        "registration token missing or wrong")
                .with("WWW-Authenticate", challenge);
    }

    private static ObjectNode json(Request request) {
        String type = request.headers().single("Content-Type").orElse("");
        if (!type.toLowerCase(Locale.ROOT).split(";", 2)[0].strip().equals("application/json")) {
            throw refused("the body must be application/json");
        }
        try {
            return StrictJson.parseObject(request.body(), MAX_BODY);
        } catch (MalformedJson malformed) {
            throw refused("the body must be one JSON object without repeated members");
        }
    }

    private static OAuthError refused(String hint) {
        return new OAuthError(OAuthError.Code.INVALID_CLIENT_METADATA, hint, hint);
    }

    private ObjectNode registerPublic(ClientMetadata metadata, byte[] network) {
        ObjectNode echo = metadata.echo();
        byte[] fingerprint = vault.keyedHash("client-fingerprint", echo.toString());
        Instant now = clock.instant();
        Client fresh = client(metadata, Optional.empty());
        Client registered =
                database.write(tx -> {
                    Optional<Client> equal = clients.registered().findEqual(tx, fingerprint);
                    if (equal.isPresent()) {
                        // else it could be purged right after it was handed out
                        clients.registered().renew(tx, equal.get().id(), network, now);
                        return equal.get();
                    }
                    store(tx, fresh, echo, Optional.of(fingerprint), network, now);
                    return fresh;
                });
        return answer(registered, echo, now);
    }

    private ObjectNode registerConfidential(ClientMetadata metadata, byte[] network) {
        ObjectNode echo = metadata.echo();
        String secret = random(32);
        Instant now = clock.instant();
        Client fresh = client(metadata, Optional.of(ClientAuthentication.hash(vault, secret)));
        database.write(tx -> {
            store(tx, fresh, echo, Optional.empty(), network, now);
            return null;
        });
        return answer(fresh, echo, now)
                .put("client_secret", secret)
                .put("client_secret_expires_at", 0);
    }

    private void store(
            Tx tx,
            Client client,
            ObjectNode echo,
            Optional<byte[]> fingerprint,
            byte[] network,
            Instant now)
            throws SQLException {
        clients.registered().forgetNeverUsed(tx, now);
        clients.registered().add(tx, client, echo.toString(), fingerprint, network, now);
    }

    private Client client(ClientMetadata metadata, Optional<byte[]> secretHash) {
        return new Client(
                ClientKind.REGISTERED,
                random(16),
                metadata.name(),
                metadata.redirectUris(),
                metadata.authMethod(),
                secretHash,
                metadata.grantTypes());
    }

    private static ObjectNode answer(Client client, ObjectNode echo, Instant now) {
        return echo.put("client_id", client.id()).put("client_id_issued_at", now.getEpochSecond());
    }

    private String random(int bytes) {
        var drawn = new byte[bytes];
        random.nextBytes(drawn);
        return new String(BASE64.encode(drawn), StandardCharsets.US_ASCII);
    }
}
