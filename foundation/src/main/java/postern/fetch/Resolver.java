package postern.fetch;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** From a host name to its addresses; asked once for each fetch. */
@FunctionalInterface
public interface Resolver {
    /**
     * @return at least one address, the preferred one first
     * @throws UnknownHostException when the name has none
     */
    List<InetAddress> resolve(String host) throws UnknownHostException;

    static Resolver system() {
        return host -> List.of(InetAddress.getAllByName(host));
    }
}
