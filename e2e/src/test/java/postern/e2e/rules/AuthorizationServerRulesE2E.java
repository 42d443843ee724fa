package postern.e2e.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Every rule of the OAuth bar as a test of its own, in random order. */
class AuthorizationServerRulesE2E {
    private static final Installations INSTALLATIONS = new Installations();

    @AfterAll
    static void stop() {
        INSTALLATIONS.close();
    }

    @Test
    void every_id_of_the_bar_is_there_exactly_once() {
        List<String> found = AllRules.rules().stream().map(Rule::id).toList();
        assertEquals(AllRules.ids(), found);
        assertEquals(180, found.size());
    }

    /** {@code -Drules=D3,H*} chooses some; {@code -Drules.seed=N} repeats an order. */
    @TestFactory
    Stream<DynamicTest> rules() {
        long seed = Long.getLong("rules.seed", System.nanoTime());
        System.out.println("rules.seed=" + seed);
        var rules = new ArrayList<>(RulesReport.chosen());
        Collections.shuffle(rules, new Random(seed));
        return rules.stream()
                .map(rule -> DynamicTest.dynamicTest(rule.toString(), () -> prove(rule)));
    }

    private static void prove(Rule rule) throws Exception {
        Verdict verdict = rule.check().on(INSTALLATIONS);
        if (verdict instanceof Verdict.NotApplicable(String because)) abort(because);
    }
}
