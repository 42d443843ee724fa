package postern.bridge;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A stdio server that misbehaves on request, by tool name. Without libraries, so that it starts
 * fast. The first argument is how it starts: {@code well}, {@code mute}, {@code crash}, {@code
 * refuse}.
 */
public final class FixtureServer {
    private static final Pattern ID =
            Pattern.compile("\"id\"\\s*:\\s*(\"(?:[^\"\\\\]|\\\\.)*\"|-?[0-9]+)");
    private static final Pattern METHOD = Pattern.compile("\"method\"\\s*:\\s*\"([^\"]*)\"");
    private static final Pattern TOOL = Pattern.compile("\"name\"\\s*:\\s*\"([^\"]*)\"");
    private static final Pattern TOKEN =
            Pattern.compile("\"progressToken\"\\s*:\\s*(\"[^\"]*\"|[0-9]+)");
    private static final Pattern N = Pattern.compile("\"n\"\\s*:\\s*([0-9]+)");
    private static final Pattern VERSION =
            Pattern.compile("\"protocolVersion\"\\s*:\\s*\"([^\"]*)\"");

    private final PrintStream out =
            new PrintStream(
                    new java.io.FileOutputStream(java.io.FileDescriptor.out),
                    false,
                    StandardCharsets.UTF_8);
    private final List<String> held = new ArrayList<>();
    private String lastCancelled = "none";

    private FixtureServer() {}

    public static void main(String[] arguments) throws Exception {
        boolean broken = arguments.length > 1 && Files.exists(Path.of(arguments[1]));
        new FixtureServer().serve(broken ? "crash" : arguments[0]);
    }

    private void serve(String start) throws Exception {
        if (start.equals("crash")) System.exit(3);
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (!start.equals("mute")) handle(start, line);
        }
    }

    private void handle(String start, String line) throws Exception {
        String id = find(ID, line);
        switch (find(METHOD, line)) {
            case "initialize" -> initialize(start, id, line);
            case "notifications/cancelled" -> lastCancelled = line.replace('"', '\'');
            case "tools/call" -> call(id, find(TOOL, line), line);
            case "tools/list" ->
                    say(result(id, "{\"tools\":[{\"name\":\"whoami\"},{\"name\":\"line\"}]}"));
            case "" -> say(note("\"client answered " + id.replace('"', '\'') + '"'));
            default -> {
                if (!id.isEmpty()) say(result(id, "{}"));
            }
        }
    }

    private void initialize(String start, String id, String line) {
        if (start.equals("refuse")) {
            say(
                    "{\"jsonrpc\":\"2.0\",\"id\":"
                            + id
                            + ",\"error\":{\"code\":-32602,\"message\":\"no\"}}");
            return;
        }
        say(
                result(
                        id,
                        "{\"protocolVersion\":\""
                                + find(VERSION, line)
                                + "\",\"capabilities\":{\"tools\":{}},\"serverInfo\":{\"name\":\"fixture\",\"version\":\"1\"}}"));
    }

    private void call(String id, String tool, String line) throws Exception {
        int n = find(N, line).isEmpty() ? 0 : Integer.parseInt(find(N, line));
        switch (tool) {
            case "whoami" -> say(text(id, System.getenv("WHO")));
            case "line" -> say(text(id, line.replace("\\", "\\\\").replace("\"", "\\\"")));
            case "hang" -> {}
            case "hold" -> held.add(id);
            case "release" -> {
                for (String one : held.reversed()) say(text(one, "held " + one.replace('"', '\'')));
                held.clear();
                say(text(id, "released"));
            }
            case "cancelled" -> say(text(id, lastCancelled));
            case "crash" -> System.exit(9);
            case "garbage" -> {
                System.out.println("Listening on port 1");
                System.out.println("{\"jsonrpc\":\"2.0\"");
                System.out.flush();
                say(text(id, "after garbage"));
            }
            case "twice" -> {
                say(text(id, "first"));
                say(text(id, "second"));
            }
            case "latin1" -> {
                out.write(text(id, "caf\u00e9").getBytes(StandardCharsets.ISO_8859_1));
                out.write('\n');
                out.flush();
            }
            case "nullid" ->
                    say(
                            "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32603,\"message\":\"panic\"}}");
            case "note" -> {
                say(note("\"hello\""));
                say(text(id, "noted"));
            }
            case "ask" -> {
                say("{\"jsonrpc\":\"2.0\",\"id\":\"s1\",\"method\":\"roots/list\"}");
                say(text(id, "asked"));
            }
            case "flood" -> {
                String filler = "x".repeat(64 * 1024);
                for (int i = 0; i < n; i++) say(progress(find(TOKEN, line), i, filler));
                say(text(id, "flooded"));
            }
            case "progress" -> {
                for (int i = 0; i < n; i++) say(progress(find(TOKEN, line), i, "step"));
                say(text(id, "done"));
            }
            case "slow" -> {
                if (new CountDownLatch(1).await(n, TimeUnit.MILLISECONDS)) return;
                say(text(id, "late"));
            }
            case "noteLater" -> {
                say(text(id, "soon"));
                if (new CountDownLatch(1).await(n, TimeUnit.MILLISECONDS)) return;
                say(note("\"later\""));
            }
            default ->
                    say(
                            "{\"jsonrpc\":\"2.0\",\"id\":"
                                    + id
                                    + ",\"error\":{\"code\":-32602,\"message\":\"?\"}}");
        }
    }

    private static String progress(String token, int step, String text) {
        return "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":"
                + token
                + ",\"progress\":"
                + step
                + ",\"message\":\""
                + text
                + "\"}}";
    }

    private static String note(String data) {
        return "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\"info\",\"data\":"
                + data
                + "}}";
    }

    private static String text(String id, String text) {
        return result(id, "{\"content\":[{\"type\":\"text\",\"text\":\"" + text + "\"}]}");
    }

    private static String result(String id, String result) {
        return "{\"result\":" + result + ",\"jsonrpc\":\"2.0\",\"id\":" + id + "}";
    }

    private void say(String line) {
        out.println(line);
        out.flush();
        if (out.checkError()) throw new java.io.UncheckedIOException(new IOException("stdout"));
    }

    private static String find(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1) : "";
    }
}
