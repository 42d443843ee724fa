package postern.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Loopback ports, where the address must be known before the program starts. */
final class Ports {
    private Ports() {}

    /** One that was free a moment ago. */
    static int free() throws IOException {
        try (ServerSocket socket = taken()) {
            return socket.getLocalPort();
        }
    }

    /** One that is in use until it is closed. */
    static ServerSocket taken() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }
}
