package postern.forge.relay;

/**
 * Changes answers of the forge before the child sees them. An answer that some rewrite wants is
 * held back until it is whole, so wants should be narrow.
 */
public interface AnswerRewrite {
    /**
     * What is known before the body.
     *
     * @param path canonical, without query
     * @param mediaType lower case, without parameters; empty when there is none
     */
    record Head(String method, String path, int status, String mediaType) {}

    boolean wants(Head head);

    /**
     * @param token what the request was made with
     * @return the body to send instead
     */
    byte[] rewrite(Head head, byte[] body, RelayToken token);
}
