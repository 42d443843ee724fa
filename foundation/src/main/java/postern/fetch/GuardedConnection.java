package postern.fetch;

import postern.core.DataSize;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * One connection for one request. {@link #close} may come from another thread at any time and ends
 * whatever step is under way.
 */
final class GuardedConnection implements AutoCloseable {
    private static final int HTTPS_PORT = 443;
    private static final int MAX_ADDRESSES = 4;

    private final AddressGuard guard;
    private final SSLSocketFactory sockets;
    private final int stepMillis;
    private Socket open;
    private boolean closed;

    GuardedConnection(AddressGuard guard, SSLSocketFactory sockets, Duration step) {
        this.guard = guard;
        this.sockets = sockets;
        this.stepMillis = Math.toIntExact(Math.max(1, step.toMillis()));
    }

    /**
     * @param addresses of the host; the guard decides which of them may be connected to
     */
    Fetched get(URI url, List<InetAddress> addresses, DataSize maxBody) throws IOException {
        String host = url.getHost();
        int port = url.getPort() < 0 ? HTTPS_PORT : url.getPort();
        try (SSLSocket secure = secured(connect(addresses, port), host, port)) {
            secure.startHandshake();
            secure.getOutputStream().write(request(url));
            secure.getOutputStream().flush();
            return HttpAnswer.read(secure.getInputStream(), maxBody);
        }
    }

    private Socket connect(List<InetAddress> addresses, int port) throws IOException {
        List<InetAddress> allowed =
                addresses.stream().filter(guard::allows).limit(MAX_ADDRESSES).toList();
        if (allowed.isEmpty()) throw new FetchFailed("the name has no public address");
        IOException last = null;
        for (InetAddress address : allowed) {
            Socket socket = register(new Socket(Proxy.NO_PROXY));
            try {
                // by bytes: a name inside would be resolved again
                var checked = InetAddress.getByAddress(address.getAddress());
                socket.connect(
                        new InetSocketAddress(checked, port), stepMillis / allowed.size() + 1);
                socket.setSoTimeout(stepMillis);
                return socket;
            } catch (IOException unreachable) {
                socket.close();
                last = unreachable;
            }
        }
        throw last;
    }

    private synchronized Socket register(Socket socket) throws IOException {
        open = socket;
        if (!closed) return socket;
        socket.close();
        throw new FetchFailed(FetchFailed.Kind.UNAVAILABLE, "took too long");
    }

    /** TLS for exactly the name that was asked for. */
    private SSLSocket secured(Socket socket, String host, int port) throws IOException {
        var secure = (SSLSocket) sockets.createSocket(socket, host, port, true);
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setServerNames(List.of(new SNIHostName(host)));
        parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        secure.setSSLParameters(parameters);
        return secure;
    }

    private static byte[] request(URI url) throws FetchFailed {
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        String request =
                "GET "
                        + url.getRawPath()
                        + query
                        + " HTTP/1.1\r\nHost: "
                        + url.getRawAuthority()
                        + "\r\nAccept: application/json\r\nAccept-Encoding: identity\r\n"
                        + "User-Agent: Postern\r\nConnection: close\r\n\r\n";
        // a URI may hold letters beyond ASCII
        if (!StandardCharsets.US_ASCII.newEncoder().canEncode(request)) {
            throw new FetchFailed("the URL is not ASCII");
        }
        return request.getBytes(StandardCharsets.US_ASCII);
    }

    /** The plain socket: closing TLS politely would wait for the other side. */
    @Override
    public synchronized void close() {
        closed = true;
        if (open == null) return;
        try {
            open.close();
        } catch (IOException gone) {
            // it is closed all the same
        }
    }
}
