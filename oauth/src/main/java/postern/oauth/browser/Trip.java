package postern.oauth.browser;

/**
 * One trip of a browser to the upstream and back.
 *
 * @param state goes through the upstream and comes back in the URL
 * @param secret stays in a cookie that the browser gets when the trip begins: who only knows the
 *     URL, or the browser's mark from before, cannot end the trip
 */
public record Trip(String state, String secret) {
    /** What the end of the trip is recognised by. */
    public String proof() {
        return state + "." + secret;
    }
}
