package postern.http;

import java.io.IOException;
import java.net.InetSocketAddress;

/** The listen address is taken by another program, or is not one of this machine's. */
public final class PortInUse extends IOException {
    public PortInUse(InetSocketAddress listen, Throwable cause) {
        super("cannot listen on " + listen.getHostString() + ":" + listen.getPort(), cause);
    }
}
