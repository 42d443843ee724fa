package postern.e2e.controlled;

import static java.nio.charset.StandardCharsets.UTF_8;

import postern.app.BuildInfo;
import postern.app.Clocks;
import postern.app.Server;
import postern.app.config.Configuration;
import postern.app.config.ConfigurationReader;
import postern.e2e.controlled.StoreFaults.Fault;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;

/**
 * {@code postern serve} with a clock and a store in our hands. Orders on standard input, one a
 * line, each answered by one line: {@code advance SECONDS}, {@code jump SECONDS}, {@code halt
 * STEP}, {@code fail STEP}, {@code count}, {@code steps}. It begins so many seconds ahead of the
 * system's time as {@link #AHEAD} says.
 */
public final class ControlledServer {
    /** The variable with the seconds; absent: 0. */
    static final String AHEAD = "CONTROLLED_SECONDS_AHEAD";

    private ControlledServer() {}

    public static void main(String[] arguments) throws Exception {
        Configuration configuration =
                ConfigurationReader.read(System.getenv(), List.of()).configuration();
        var clock = new ControlledClock();
        clock.advance(Duration.ofSeconds(Long.parseLong(System.getenv().getOrDefault(AHEAD, "0"))));
        var faults = new StoreFaults();
        var clocks = new Clocks(clock, clock, new SecureRandom());
        Server server = Server.start(configuration, BuildInfo.load(), clocks, faults);
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        System.out.println("ready at http://127.0.0.1:" + configuration.listen().getPort());
        obey(clock, faults);
        // whoever gave the orders is gone
        Runtime.getRuntime().halt(0);
    }

    private static void obey(ControlledClock clock, StoreFaults faults) throws IOException {
        var orders = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line = orders.readLine(); line != null; line = orders.readLine()) {
            String[] words = line.split(" ", 2);
            System.out.println("answer " + obeyed(words, clock, faults));
        }
    }

    private static String obeyed(String[] words, ControlledClock clock, StoreFaults faults) {
        switch (words[0]) {
            case "advance" -> clock.advance(seconds(words));
            case "jump" -> clock.jump(seconds(words));
            case "halt" -> faults.arm(Fault.HALT, Integer.parseInt(words[1]));
            case "fail" -> faults.arm(Fault.FAIL, Integer.parseInt(words[1]));
            case "count" -> faults.arm(Fault.NONE, 0);
            case "steps" -> {
                return String.join(" | ", faults.disarm()).replaceAll("\\s+", " ");
            }
            default -> throw new IllegalArgumentException("no such order: " + words[0]);
        }
        return "done";
    }

    private static Duration seconds(String[] words) {
        return Duration.ofSeconds(Long.parseLong(words[1]));
    }
}
