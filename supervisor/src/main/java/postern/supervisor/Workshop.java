package postern.supervisor;

import postern.core.Ticker;

import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;

/** What all children of one supervisor share. */
record Workshop(
        SupervisorConfig config,
        Ticker ticker,
        InstantSource clock,
        Containment containment,
        Optional<Libc> libc,
        ProcessTable table,
        Spawner spawner,
        ScheduledExecutorService timer,
        Notices notices) {}
