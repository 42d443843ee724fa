package postern.oauth.history;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Makes a failing history shorter, and its picks smaller, as long as it still fails. */
final class Shrinker {
    private static final int MAX_TRIES = 500;

    private final Predicate<List<Step>> fails;
    private int tries;

    Shrinker(Predicate<List<Step>> fails) {
        this.fails = fails;
    }

    List<Step> shrink(List<Step> failing) {
        List<Step> best = failing;
        List<Step> before;
        do {
            before = best;
            for (int size = Math.max(1, best.size() / 2); size > 0; size /= 2) {
                best = withoutRuns(best, size);
            }
            best = withSmallerPicks(best);
        } while (best != before && tries < MAX_TRIES);
        return best;
    }

    private List<Step> withoutRuns(List<Step> steps, int size) {
        List<Step> best = steps;
        for (int at = Math.max(0, best.size() - size); at >= 0; at--) {
            if (at + size > best.size()) continue;
            var shorter = new ArrayList<>(best);
            shorter.subList(at, at + size).clear();
            if (stillFails(shorter)) best = shorter;
        }
        return best;
    }

    private List<Step> withSmallerPicks(List<Step> steps) {
        List<Step> best = steps;
        for (int i = 0; i < best.size(); i++) {
            for (int pick : new int[] {0, 1, best.get(i).pick() / 2}) {
                if (pick >= best.get(i).pick()) continue;
                var smaller = new ArrayList<>(best);
                smaller.set(i, new Step(best.get(i).kind(), pick));
                if (stillFails(smaller)) best = smaller;
            }
        }
        return best;
    }

    private boolean stillFails(List<Step> steps) {
        return tries++ < MAX_TRIES && fails.test(steps);
    }
}
