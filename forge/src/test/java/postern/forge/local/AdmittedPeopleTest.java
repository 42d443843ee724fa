package postern.forge.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import postern.access.AdmissionRule;
import postern.access.Admissions;
import postern.access.Caller;
import postern.access.MemberList;
import postern.access.Scope;
import postern.access.UpstreamRefused;
import postern.forge.AdmittedUpstream;
import postern.forge.NotAdmitted;
import postern.forge.SignInAnswer;
import postern.forge.SignedIn;

import java.nio.file.Path;
import java.util.Optional;

/** Who may come in with the built-in sign-in: by name, and by the list of the last start. */
class AdmittedPeopleTest {
    @TempDir Path folder;

    private static Admissions admissions(LocalBench bench, String allow) {
        var rule = new AdmissionRule(Optional.of(MemberList.parse(allow)), Optional.empty());
        return new Admissions(rule, bench.store.clock);
    }

    private static AdmittedPeople people(LocalBench bench, Admissions admissions) {
        return new AdmittedPeople(
                bench.upstream,
                admissions,
                bench.store.database,
                bench.store.grants,
                bench.store.clock);
    }

    private static AdmittedUpstream door(LocalBench bench, Admissions admissions) {
        return new AdmittedUpstream(
                bench.upstream,
                admissions,
                bench.store.database,
                bench.store.grants,
                bench.store.clock);
    }

    private static Caller comeIn(LocalBench bench, Admissions admissions, String name)
            throws Exception {
        AdmittedUpstream door = door(bench, admissions);
        String browser = "b".repeat(43);
        String state = name + "-state";
        String ticket =
                LocalBench.ticket(bench.type(browser, state, bench.upstream.newCode(name)))
                        .orElseThrow();
        SignedIn signedIn = door.finish(SignInAnswer.of(ticket), LocalBench.trip(state));
        return bench.store.grant(door, signedIn, Scope.FULL);
    }

    @Test
    void only_whom_the_list_names_comes_in() throws Exception {
        try (var bench = new LocalBench(folder)) {
            Admissions admissions = admissions(bench, "ada");
            Caller ada = comeIn(bench, admissions, "ada");
            assertThrows(NotAdmitted.class, () -> comeIn(bench, admissions, "eve"));
            people(bench, admissions).lease(ada).close();
        }
    }

    @Test
    void a_start_with_another_list_ends_the_grants_of_others_at_once() throws Exception {
        try (var bench = new LocalBench(folder)) {
            Admissions before = admissions(bench, "ada eve");
            Caller ada = comeIn(bench, before, "ada");
            Caller eve = comeIn(bench, before, "eve");
            Admissions after = admissions(bench, "ada");
            assertEquals(1, people(bench, after).endOthers());
            assertTrue(bench.store.isLive(ada));
            assertFalse(bench.store.isLive(eve));
        }
    }

    @Test
    void no_lease_is_given_to_others_and_their_grants_end() throws Exception {
        try (var bench = new LocalBench(folder)) {
            Caller eve = comeIn(bench, admissions(bench, "eve"), "eve");
            AdmittedPeople people = people(bench, admissions(bench, "ada"));
            assertThrows(UpstreamRefused.class, () -> people.lease(eve));
            assertFalse(bench.store.isLive(eve));
        }
    }
}
