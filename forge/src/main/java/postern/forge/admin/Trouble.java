package postern.forge.admin;

import postern.access.UpstreamUnavailable;
import postern.forge.ForgeHttp;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLException;

/**
 * Why the forge gave no usable answer.
 *
 * @param what a part of a sentence that goes on after "the forge"
 * @param change a sentence, without the point at its end
 */
public record Trouble(String what, String change) {
    private static final String CORRECT_ADDRESS =
            "correct POSTERN_FORGEJO_URL, or POSTERN_FORGEJO_INTERNAL_URL if that is set";

    /** Nothing came back that is whole. */
    static Trouble of(UpstreamUnavailable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case TimeoutException slow -> {
                    return timeout();
                }
                case java.net.http.HttpTimeoutException slow -> {
                    return timeout();
                }
                case UnresolvedAddressException unknown -> {
                    return unknownName();
                }
                case UnknownHostException unknown -> {
                    return unknownName();
                }
                case NoRouteToHostException unreachable -> {
                    return new Trouble(
                            "cannot be reached from this machine",
                            "look at the network between the two, or " + CORRECT_ADDRESS);
                }
                case SSLException untrusted -> {
                    return new Trouble(
                            "does not speak HTTPS that this program trusts",
                            "give it a certificate of a known authority for the name in its"
                                    + " address, or name it by http:// in"
                                    + " POSTERN_FORGEJO_INTERNAL_URL if the network between is"
                                    + " yours");
                }
                default -> {
                    // a cause further down says more
                }
            }
        }
        return refused(failure) ? refusedConnection() : brokenOff();
    }

    private static boolean refused(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException) return true;
        }
        return false;
    }

    private static Trouble timeout() {
        return new Trouble(
                "does not answer in time",
                "look at its log and load, and at a firewall between; then run this again");
    }

    private static Trouble unknownName() {
        return new Trouble(
                "has a name that this machine cannot find", CORRECT_ADDRESS + ", or the DNS here");
    }

    private static Trouble refusedConnection() {
        return new Trouble("refuses the connection", "start it, or " + CORRECT_ADDRESS);
    }

    private static Trouble brokenOff() {
        return new Trouble(
                "breaks the connection off before its answer is whole",
                "look at its log and at the proxy in front of it");
    }

    /** An answer came whole, and is none that this request has. */
    static Trouble of(ForgeHttp.Answer answer) {
        int status = answer.status();
        if (status == 429) {
            return new Trouble(
                    "answers 429, too many requests",
                    "wait, or exempt this machine from the limit of the proxy in front of it");
        }
        if (status >= 500) {
            return new Trouble(
                    "answers with status " + status,
                    "look at its log and at the proxy in front of it");
        }
        if (status >= 300 && status < 400) {
            return new Trouble(
                    "redirects to another address",
                    "write its address as it ends up in a browser; " + CORRECT_ADDRESS);
        }
        if (!answer.mediaType().equals("application/json")) {
            return new Trouble(
                    "answers with a page instead of JSON, status " + status,
                    "look whether something else answers at that address; " + CORRECT_ADDRESS);
        }
        if (status == 200 || status == 201) {
            return new Trouble(
                    "answers with JSON that is not whole or not what was asked for",
                    "look at the proxy in front of it; if there is none, at the forge's version");
        }
        return unexpected(status);
    }

    static Trouble unexpected(int status) {
        return new Trouble(
                "refuses with words that it is not known for, status " + status,
                "look at its log; " + CORRECT_ADDRESS + " if that is not a Forgejo or Gitea");
    }

    /** One sentence for people. */
    @Override
    public String toString() {
        return "the forge " + what + ": " + change;
    }
}
