package postern.fetch;

import java.io.IOException;

/**
 * Nothing usable came back. The text says why, for the log only; it holds nothing that was sent.
 */
public final class FetchFailed extends IOException {
    private static final long serialVersionUID = 1L;

    public FetchFailed(String reason) {
        super(reason);
    }

    public FetchFailed(String reason, Throwable cause) {
        super(reason, cause);
    }
}
