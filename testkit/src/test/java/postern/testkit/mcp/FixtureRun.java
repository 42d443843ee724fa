package postern.testkit.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A fixture server as a process, with its pipes. */
final class FixtureRun implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    final Process process;
    private final BufferedReader stdout;
    private final OutputStream stdin;

    FixtureRun(List<String> command, Map<String, String> environment) throws IOException {
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(environment);
        process = builder.start();
        stdout = process.inputReader(UTF_8);
        stdin = process.getOutputStream();
    }

    static FixtureRun with(FixtureMode... modes) throws IOException {
        return new FixtureRun(FixtureServer.commandInMode(modes), Map.of());
    }

    void send(String line) throws IOException {
        stdin.write((line + "\n").getBytes(UTF_8));
        stdin.flush();
    }

    void request(int id, String method, String paramsJson) throws IOException {
        send(
                "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"%s\",\"params\":%s}"
                        .formatted(id, method, paramsJson));
    }

    void call(int id, String tool, String argumentsJson) throws IOException {
        request(
                id,
                "tools/call",
                "{\"name\":\"%s\",\"arguments\":%s}".formatted(tool, argumentsJson));
    }

    String line() throws IOException {
        return stdout.readLine();
    }

    JsonNode message() throws IOException {
        return MAPPER.readTree(line());
    }

    /** The text of a tool's answer, which is the next line. */
    String text() throws IOException {
        return message().path("result").path("content").path(0).path("text").asText();
    }

    void endStdin() throws IOException {
        stdin.close();
    }

    boolean exitsWithin(long seconds) throws InterruptedException {
        return process.waitFor(seconds, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
