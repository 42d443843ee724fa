package postern.e2e.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

/** The workers that are the same for every server. */
final class Workers {
    private Workers() {}

    /** Rotates one chain for ever. */
    static Worker rotation(String path, String clientId, String host, String refreshToken) {
        return new Worker() {
            private String token = refreshToken;

            @Override
            public boolean once(Wire wire) throws java.io.IOException {
                String form =
                        "grant_type=refresh_token&client_id="
                                + clientId
                                + "&refresh_token="
                                + token;
                expect(200, wire.exchange(hosted(Wire.post(path, form), host)), wire);
                token = wire.member("refresh_token");
                return true;
            }
        };
    }

    /** Sends what is left of {@code requests}, each once. */
    static List<Worker> each(List<byte[]> requests, int workers) {
        Queue<byte[]> left = new ConcurrentLinkedQueue<>(requests);
        Worker worker =
                wire -> {
                    byte[] next = left.poll();
                    if (next == null) return false;
                    expect(200, wire.exchange(next), wire);
                    return true;
                };
        return IntStream.range(0, workers).mapToObj(i -> worker).toList();
    }

    /** Sends the same request again and again. */
    static List<Worker> same(byte[] request, int status, int workers) {
        Worker worker =
                wire -> {
                    expect(status, wire.exchange(request), wire);
                    return true;
                };
        return IntStream.range(0, workers).mapToObj(i -> worker).toList();
    }

    static byte[] hosted(byte[] request, String host) {
        return new String(request, ISO_8859_1).replace("{host}", host).getBytes(ISO_8859_1);
    }

    private static void expect(int status, int got, Wire wire) {
        if (got != status) throw new IllegalStateException(got + ": " + wire.body());
    }
}
