package postern.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

class AdmissionsTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final Person ALICE = new Person(1, "https://git", "7", "alice");
    private static final AdmissionRule LIMITED =
            new AdmissionRule(
                    Optional.of(MemberList.parse("acme")), Optional.of(MemberList.parse("ops")));
    private static final AdmissionRule ADMINISTRATORS_ONLY =
            new AdmissionRule(Optional.empty(), Optional.of(MemberList.parse("ops")));

    private long nanos;

    private Admissions of(AdmissionRule rule) {
        return new Admissions(rule, () -> nanos);
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    private static void note(Admissions admissions, Role role) {
        admissions.note("https://git", "7", role, NOON);
    }

    @Test
    void nobody_is_admitted_before_the_first_check_since_the_start() {
        Admissions admissions = of(LIMITED);
        assertTrue(admissions.isDue(ALICE, NOON));
        assertFalse(admissions.isAdmitted(ALICE));
        assertEquals(Optional.empty(), admissions.roleOf(ALICE));
    }

    @Test
    void a_check_counts_for_an_hour_and_through_an_outage_for_another() {
        Admissions admissions = of(LIMITED);
        note(admissions, Role.MEMBER);
        pass(Duration.ofMinutes(60).minusNanos(1));
        assertFalse(admissions.isDue(ALICE, NOON));
        pass(Duration.ofNanos(1));
        assertTrue(admissions.isDue(ALICE, NOON));
        pass(Duration.ofMinutes(60).minusNanos(1));
        assertTrue(admissions.isAdmitted(ALICE));
        pass(Duration.ofNanos(1));
        assertFalse(admissions.isAdmitted(ALICE));
    }

    @Test
    void a_refresh_makes_a_check_due() {
        Admissions admissions = of(LIMITED);
        note(admissions, Role.MEMBER);
        assertFalse(admissions.isDue(ALICE, NOON));
        assertTrue(admissions.isDue(ALICE, NOON.plusMillis(1)));
        assertTrue(admissions.isAdmitted(ALICE), "until it is made");
    }

    @Test
    void the_role_of_an_administrator_does_not_outlive_its_check() {
        Admissions admissions = of(LIMITED);
        note(admissions, Role.ADMINISTRATOR);
        pass(Duration.ofMinutes(60).minusNanos(1));
        assertEquals(Optional.of(Role.ADMINISTRATOR), admissions.roleOf(ALICE));
        pass(Duration.ofNanos(1));
        assertEquals(Optional.of(Role.MEMBER), admissions.roleOf(ALICE));
        pass(Duration.ofMinutes(60));
        assertEquals(Optional.empty(), admissions.roleOf(ALICE));
    }

    @Test
    void a_renamed_person_is_the_same_and_an_account_made_anew_another() {
        Admissions admissions = of(LIMITED);
        note(admissions, Role.ADMINISTRATOR);
        var renamed = new Person(1, "https://git", "7", "alicia");
        var madeAnew = new Person(2, "https://git", "8", "alice");
        var elsewhere = new Person(3, "https://other", "7", "alice");
        assertEquals(Optional.of(Role.ADMINISTRATOR), admissions.roleOf(renamed));
        assertFalse(admissions.isAdmitted(madeAnew));
        assertFalse(admissions.isAdmitted(elsewhere));
    }

    @Test
    void a_no_counts_at_once() {
        Admissions admissions = of(LIMITED);
        note(admissions, Role.MEMBER);
        admissions.forget("https://git", "7");
        assertFalse(admissions.isAdmitted(ALICE));
    }

    @Test
    void administrators_alone_keep_nobody_out() {
        Admissions admissions = of(ADMINISTRATORS_ONLY);
        assertTrue(admissions.isAdmitted(ALICE));
        assertTrue(admissions.isDue(ALICE, NOON), "for the role");
        note(admissions, Role.ADMINISTRATOR);
        pass(Duration.ofHours(3));
        assertTrue(admissions.isAdmitted(ALICE));
        assertEquals(Optional.of(Role.MEMBER), admissions.roleOf(ALICE));
    }

    @Test
    void without_a_rule_nobody_is_checked() {
        Admissions admissions = of(AdmissionRule.EVERYBODY);
        assertFalse(admissions.isDue(ALICE, NOON));
        assertTrue(admissions.isAdmitted(ALICE));
        assertEquals(Optional.of(Role.MEMBER), admissions.roleOf(ALICE));
    }

    @Test
    void ten_thousand_checks_are_known_and_the_oldest_goes_first() {
        Admissions admissions = of(LIMITED);
        note(admissions, Role.MEMBER);
        for (int i = 0; i < 9_999; i++) {
            admissions.note("https://git", "other-" + i, Role.MEMBER, NOON);
        }
        assertTrue(admissions.isAdmitted(ALICE));
        admissions.note("https://git", "one more", Role.MEMBER, NOON);
        assertFalse(admissions.isAdmitted(ALICE), "is checked anew");
    }
}
