package postern.testkit.forgejo;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** The faults in force: by path prefix, each for a number of requests. */
final class Faults {
    private static final class Rule {
        private final String pathPrefix;
        private final Fault fault;
        private long left;
        private final CountDownLatch cleared = new CountDownLatch(1);

        private Rule(String pathPrefix, Fault fault, long times) {
            this.pathPrefix = pathPrefix;
            this.fault = fault;
            this.left = times;
        }
    }

    /** A fault that applies to one request, with the latch that ends a hang. */
    record Active(Fault fault, CountDownLatch cleared) {}

    private final List<Rule> rules = new ArrayList<>();

    synchronized void add(String pathPrefix, Fault fault, long times) {
        rules.add(new Rule(pathPrefix, fault, times));
    }

    synchronized Optional<Active> take(String path) {
        for (Rule rule : rules) {
            if (rule.left > 0 && path.startsWith(rule.pathPrefix)) {
                rule.left--;
                return Optional.of(new Active(rule.fault, rule.cleared));
            }
        }
        return Optional.empty();
    }

    synchronized void clear() {
        rules.forEach(rule -> rule.cleared.countDown());
        rules.clear();
    }
}
