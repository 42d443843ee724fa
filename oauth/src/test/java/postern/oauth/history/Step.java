package postern.oauth.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * One thing that happens.
 *
 * @param pick which of the things there are, counted round; so a step means something in any
 *     history, and steps may be left out of one
 */
record Step(Kind kind, int pick) {
    enum Kind {
        /** A person agrees; a code comes to a client. */
        AGREE(3),
        REDEEM(5),
        REDEEM_WITH_WRONG_VERIFIER(1),
        REDEEM_BY_ANOTHER_CLIENT(1),
        REFRESH(8),
        REFRESH_NEWEST(4),
        REFRESH_BY_ANOTHER_CLIENT(1),
        REVOKE_ACCESS(1),
        REVOKE_REFRESH(1),
        REVOKE_BY_ANOTHER_CLIENT(1),
        /** All grants of one person end, as an operator does it. */
        END_PERSON(1),
        WAIT(5),
        PURGE(2);

        private final int weight;

        Kind(int weight) {
            this.weight = weight;
        }
    }

    private static final List<Kind> WEIGHTED = weighted();

    private static List<Kind> weighted() {
        var all = new ArrayList<Kind>();
        for (Kind kind : Kind.values()) {
            for (int i = 0; i < kind.weight; i++) all.add(kind);
        }
        return all;
    }

    static List<Step> history(Random random, int length) {
        var steps = new ArrayList<Step>();
        for (int i = 0; i < length; i++) {
            steps.add(new Step(WEIGHTED.get(random.nextInt(WEIGHTED.size())), random.nextInt(60)));
        }
        return steps;
    }

    @Override
    public String toString() {
        return kind + " " + pick;
    }
}
