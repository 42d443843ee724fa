package postern.supervisor;

import postern.core.Ticker;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** A program that starts 20 children, of which the first has a daemon, says so, and waits. */
final class HoldsTwentyChildren {
    private HoldsTwentyChildren() {}

    public static void main(String[] arguments) throws Exception {
        var config = SupervisorConfig.standard(Path.of(arguments[0]), arguments[1]);
        try (var supervisor = new Supervisor(config, Ticker.system(), InstantSource.system())) {
            var first = new RecordingListener();
            start(
                    supervisor,
                    "(setsid sleep 300 </dev/null >/dev/null 2>&1 &); echo up; exec sleep 300",
                    first);
            first.awaitLine(0);
            for (int i = 1; i < 20; i++)
                start(supervisor, "exec sleep 300", new RecordingListener());
            System.out.println("ready");
            System.in.read();
        }
    }

    private static void start(Supervisor supervisor, String script, ChildListener listener)
            throws LaunchFailed {
        supervisor
                .start(
                        new LaunchSpec(
                                "test",
                                List.of("sh", "-c", script),
                                Map.of(),
                                Map.of(),
                                ChildLimits.standard()),
                        listener)
                .ready();
    }
}
