package postern.cli.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import postern.core.Ticker;
import postern.mcp.ProtocolVersions;
import postern.supervisor.Child;
import postern.supervisor.ChildBusy;
import postern.supervisor.ChildExit;
import postern.supervisor.ChildGone;
import postern.supervisor.ChildListener;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The first words with an MCP server: initialize, then tools/list. For one thread. */
final class ServerTalk implements ChildListener {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_UNREAD = 1_000;

    /** What came from the child: a message, or its end. */
    private sealed interface Event {}

    private record Heard(JsonNode message) implements Event {}

    private record Ended(ChildExit exit) implements Event {}

    private final Ticker ticker;
    private final long deadlineNanos;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>(MAX_UNREAD);
    private int lastId;

    /** The server gave no answer; the message is part of a sentence about it. */
    static final class NoAnswer extends Exception {
        private static final long serialVersionUID = 1L;

        NoAnswer(String message) {
            super(message, null, false, false);
        }
    }

    ServerTalk(Ticker ticker, Duration patience) {
        this.ticker = ticker;
        this.deadlineNanos = ticker.nanos() + patience.toNanos();
    }

    /** The result of {@code initialize}; the server knows then that it has come. */
    JsonNode initialize(Child child) throws NoAnswer, InterruptedException {
        ObjectNode params = JsonNodeFactory.instance.objectNode();
        params.put("protocolVersion", ProtocolVersions.LATEST_LEGACY).putObject("capabilities");
        params.putObject("clientInfo").put("name", "postern-doctor").put("version", "1");
        JsonNode result = ask(child, "initialize", params);
        child.ready();
        send(child, message("notifications/initialized"));
        return result;
    }

    JsonNode listTools(Child child) throws NoAnswer, InterruptedException {
        return ask(child, "tools/list", JsonNodeFactory.instance.objectNode());
    }

    private JsonNode ask(Child child, String method, ObjectNode params)
            throws NoAnswer, InterruptedException {
        int id = ++lastId;
        ObjectNode request = message(method).put("id", id);
        request.set("params", params);
        send(child, request);
        while (true) {
            switch (next()) {
                case Ended(ChildExit exit) -> throw new NoAnswer("ended: " + exit.reason());
                case Heard(JsonNode answer) -> {
                    boolean ours = answer.path("id").asInt(0) == id && !answer.has("method");
                    if (ours && answer.has("result")) return answer.path("result");
                    if (ours) throw new NoAnswer("answers " + method + " with an error");
                }
            }
        }
    }

    private Event next() throws NoAnswer, InterruptedException {
        long left = deadlineNanos - ticker.nanos();
        Optional<Event> event = Optional.ofNullable(events.poll(left, TimeUnit.NANOSECONDS));
        return event.orElseThrow(() -> new NoAnswer("does not answer in time"));
    }

    private static ObjectNode message(String method) {
        return JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0").put("method", method);
    }

    private void send(Child child, ObjectNode message) throws NoAnswer, InterruptedException {
        try {
            child.send(message.toString().getBytes(StandardCharsets.UTF_8));
        } catch (ChildGone gone) {
            if (next() instanceof Ended(ChildExit exit)) {
                throw new NoAnswer("ended: " + exit.reason());
            }
            throw new NoAnswer("ended");
        } catch (ChildBusy busy) {
            throw new NoAnswer("does not read what it is sent");
        }
    }

    @Override
    public void line(byte[] line) {
        try {
            events.offer(new Heard(JSON.readTree(line)));
        } catch (JsonProcessingException garbage) {
            // servers that print other things are lived with, as when serving
        } catch (IOException impossible) {
            throw new IllegalStateException("reading from memory failed", impossible);
        }
    }

    @Override
    public void exited(ChildExit exit) {
        if (events.offer(new Ended(exit))) return;
        events.clear();
        events.add(new Ended(exit));
    }
}
