package postern.forge;

import postern.access.Person;
import postern.access.Role;
import postern.access.UpstreamRefused;
import postern.access.UpstreamUnavailable;
import postern.vault.Token;

import java.net.URI;
import java.time.Instant;
import java.util.Optional;

/** Where people prove who they are. Implementations are safe for any number of threads. */
public interface Upstream {
    /** Names the upstream in {@link Person#issuer}; never changes for an installation. */
    String issuer();

    /**
     * For pages: where the person will be asked to sign in, for example "Forgejo at
     * git.example.org".
     */
    String displayName();

    /**
     * For the form-action directive of pages whose form leads to the sign-in: the sources that the
     * browser may be sent through on its way, since Chromium holds redirects after a form against
     * it. Empty when people sign in on pages of our own.
     */
    Optional<String> signInSources();

    /**
     * Where the browser goes after consent. It comes back to the callback with {@code state} and a
     * code.
     *
     * @throws UpstreamUnavailable it is not known now where that is
     */
    URI signInUri(SignInRequest request) throws UpstreamUnavailable;

    /**
     * Redeems the code that came back. Sends it at most once: a code is single use there.
     *
     * @throws UpstreamRefused the code is not good, or what it led to proves nobody's identity
     * @throws UpstreamUnavailable no usable answer in time
     */
    SignedIn finish(SignInAnswer answer, SignInRequest request)
            throws UpstreamRefused, UpstreamUnavailable;

    /**
     * Makes ready what {@link #finish} brought, for the transaction that keeps it: what takes long
     * is done here. To be called outside of any transaction.
     */
    PreparedSignIn prepare(SignedIn signedIn);

    /**
     * Whether an answer of the upstream is on its way that cannot be had twice: whoever stops the
     * program should wait for it for some seconds more.
     */
    default boolean isExchanging() {
        return false;
    }

    /**
     * Somebody presents a token to go on, where no lease is needed. Checks the person where that is
     * due, and ends the grants of one who may not be here any more; an outage changes nothing.
     */
    default void goesOn(Token token) {
        // nobody is checked
    }

    /** What the person is here by the last check; empty when that is too old or never was. */
    default Optional<Role> roleOf(Person person) {
        return Optional.empty();
    }

    /** How what the person granted there differs from what was asked; empty when it is not told. */
    default Optional<ScopeGap> scopeGap(SignedIn signedIn) {
        return Optional.empty();
    }

    /** Deletes what was kept for people without a live grant; called every minute. */
    void forget(Instant now);
}
