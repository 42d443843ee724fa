package postern.testkit.forgejo;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** The faults in force, in the order in which they were set; the first that covers it counts. */
final class Faults {
    private final List<FaultSwitch> switches = new CopyOnWriteArrayList<>();

    FaultSwitch add(FaultSwitch added) {
        switches.add(added);
        return added;
    }

    Optional<FaultSwitch> take(Exchange exchange) {
        return switches.stream().filter(known -> known.takes(exchange)).findFirst();
    }

    void clear() {
        switches.forEach(FaultSwitch::off);
        switches.clear();
    }
}
