package postern.forge.relay;

import java.io.IOException;

/** The child's connection ended before its request was whole: not the forge's fault. */
final class RequestBroken extends IOException {
    private static final long serialVersionUID = 1L;

    RequestBroken(IOException cause) {
        super("the request broke off", cause);
    }
}
