package postern.bridge.legacy;

import postern.access.UpstreamLease;
import postern.bridge.BridgeCounters;
import postern.mcp.Malformed;
import postern.mcp.Message;
import postern.mcp.MessageParser;
import postern.supervisor.Child;
import postern.supervisor.ChildBusy;
import postern.supervisor.ChildExit;
import postern.supervisor.ChildGone;
import postern.supervisor.ChildListener;
import postern.supervisor.LaunchFailed;
import postern.supervisor.LaunchSpec;
import postern.supervisor.Supervisor;

import java.nio.charset.StandardCharsets;

/** One child of a session with its lease, from its start to its end. */
final class ChildLink implements ChildListener {
    private final Session session;
    private final UpstreamLease lease;
    private final BridgeCounters counters;
    private volatile Child child;

    ChildLink(Session session, UpstreamLease lease, BridgeCounters counters) {
        this.session = session;
        this.lease = lease;
        this.counters = counters;
    }

    /** The lease is closed when the child has ended, or when this fails. */
    void start(Supervisor supervisor, LaunchSpec spec) throws LaunchFailed {
        try {
            child = supervisor.start(spec, this);
        } catch (LaunchFailed failure) {
            lease.close();
            throw failure;
        }
    }

    boolean isStarted() {
        return child != null;
    }

    void send(byte[] line) throws ChildBusy, ChildGone {
        child.send(line);
    }

    void ready() {
        child.ready();
    }

    void stop(SessionEnd why) {
        Child running = child;
        if (running != null) ChildStop.of(running, why);
    }

    @Override
    public void line(byte[] bytes) {
        try {
            session.heard(this, parse(lease.forClient(bytes)));
        } catch (Malformed garbage) {
            counters.garbageLines.increment();
        }
    }

    private Message parse(byte[] bytes) throws Malformed {
        try {
            return MessageParser.fromChild().parse(bytes);
        } catch (Malformed malformed) {
            // A program that writes another encoding still gets its answer through, with marks.
            byte[] repaired =
                    new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
            Message message = MessageParser.fromChild().parse(repaired);
            counters.repairedLines.increment();
            return message;
        }
    }

    @Override
    public void exited(ChildExit exit) {
        session.childEnded(this, SessionEnd.of(exit));
        lease.close();
    }
}
