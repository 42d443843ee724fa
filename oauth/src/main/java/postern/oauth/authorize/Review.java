package postern.oauth.authorize;

import postern.access.Person;
import postern.access.Scope;
import postern.forge.ScopeGap;

import java.util.Optional;

/**
 * Why the person who has just signed in is asked once more, before the client gets a code.
 *
 * @param former login of the other person that this browser was signed in as
 * @param agreed what the person said yes to
 * @param granted what the upstream leaves of it
 * @param gap how what the person granted at the upstream differs from what was asked there
 * @param unasked an approval stood in for the consent page, and it is not this person's
 */
record Review(
        Person person,
        Optional<String> former,
        Scope agreed,
        Scope granted,
        Optional<ScopeGap> gap,
        boolean unasked) {
    boolean isNarrower() {
        return !granted.covers(agreed);
    }

    boolean isNeeded() {
        return former.isPresent() || isNarrower() || gap.isPresent() || unasked;
    }
}
