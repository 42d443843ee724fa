package postern.forge.relay;

import io.undertow.server.RequestTooBigException;
import io.undertow.util.HeaderMap;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Requests from the relay to the forge, with the real token. Connections are kept and used again.
 */
final class ForgeCalls implements AutoCloseable {
    private final RelayConfig config;
    private final HttpClient client;

    /**
     * A child's request, ready to be sent.
     *
     * @param target path and query, as the child wrote them
     */
    record Call(String method, String target, HeaderMap headers, RequestBody body) {
        boolean changes() {
            return !method.equals("GET") && !method.equals("HEAD");
        }
    }

    ForgeCalls(RelayConfig config) {
        this.config = config;
        this.client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(config.limits().connectTimeout())
                        .build();
    }

    /** Whether {@code failure} of a call came before a connection to the forge was there. */
    static boolean isUnsent(IOException failure) {
        return failure.getCause() instanceof ConnectException
                || failure.getCause() instanceof HttpConnectTimeoutException;
    }

    HttpResponse<InputStream> send(Call call, RelayToken token) throws IOException, RelayRefusal {
        HttpRequest.Builder request = builder(call.target, token);
        try {
            HeaderRules.toForge(call.headers, request);
        } catch (IllegalArgumentException notAField) {
            throw new RelayRefusal(400, "a header field is malformed");
        }
        return switch (call.body) {
            case RequestBody.None() -> {
                request.method(call.method, BodyPublishers.noBody());
                yield send(request.timeout(config.limits().answerTimeout()).build());
            }
            case RequestBody.Whole(byte[] bytes) -> {
                request.method(call.method, BodyPublishers.ofByteArray(bytes));
                yield send(request.timeout(config.limits().answerTimeout()).build());
            }
            case RequestBody.Passing(InputStream in, long length) ->
                    pass(call.method, request, in, length);
        };
    }

    /** Whether the forge refuses {@code token} where every token is good enough. */
    boolean isRefusedEverywhere(RelayToken token) throws IOException, RelayRefusal {
        HttpRequest request =
                builder("/api/v1/version", token)
                        .timeout(config.limits().answerTimeout())
                        .GET()
                        .build();
        HttpResponse<InputStream> answer = send(request);
        try (InputStream body = answer.body()) {
            return answer.statusCode() == 401;
        }
    }

    private HttpRequest.Builder builder(String target, RelayToken token)
            throws IOException, RelayRefusal {
        URI address;
        try {
            address = URI.create(config.apiUrl() + target);
        } catch (IllegalArgumentException malformed) {
            throw new RelayRefusal(400, "the address holds characters that must be encoded");
        }
        try {
            return HttpRequest.newBuilder(address)
                    .header("Authorization", token.access().useText(text -> "token " + text));
        } catch (IllegalArgumentException malformed) {
            // without the cause: its text may hold what was sent
            throw new IOException("not a token");
        }
    }

    private HttpResponse<InputStream> send(HttpRequest request) throws IOException {
        return answer(client.sendAsync(request, BodyHandlers.ofInputStream()));
    }

    private HttpResponse<InputStream> pass(
            String method, HttpRequest.Builder request, InputStream in, long length)
            throws IOException {
        var pipe = new BodyPipe();
        BodyPublisher body = BodyPublishers.ofInputStream(pipe::out);
        if (length > 0) body = BodyPublishers.fromPublisher(body, length);
        HttpRequest whole =
                request.method(method, body).timeout(config.limits().callTimeout()).build();
        CompletableFuture<HttpResponse<InputStream>> call =
                client.sendAsync(whole, BodyHandlers.ofInputStream());
        try {
            pipe.fill(in, call);
        } catch (RequestTooBigException tooBig) {
            call.cancel(true);
            throw tooBig;
        } catch (IOException childFailed) {
            call.cancel(true);
            throw new RequestBroken(childFailed);
        } catch (InterruptedException interrupted) {
            call.cancel(true);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
        return answer(call);
    }

    private static HttpResponse<InputStream> answer(
            CompletableFuture<HttpResponse<InputStream>> call) throws IOException {
        try {
            return call.get();
        } catch (ExecutionException failure) {
            throw new IOException("no answer from the forge", failure.getCause());
        } catch (InterruptedException interrupted) {
            call.cancel(true);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
