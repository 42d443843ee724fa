package postern.app;

import java.util.Optional;

/** What a person reads when the server is up: where it is, how to sign in, how to connect. */
final class ReadyMessage {
    private ReadyMessage() {}

    static String of(BuildInfo build, Server server, Optional<String> signInCode) {
        String address = server.addresses().publicUrl().toString();
        var text = new StringBuilder();
        text.append("\nPostern ").append(build.version()).append(" is ready at ").append(address);
        text.append("\n\n  It offers: ");
        text.append(
                String.join(", ", server.servers().all().stream().map(one -> one.name()).toList()));
        text.append('\n');
        signInCode.ifPresent(code -> text.append(codeLines(code)));
        if (signInCode.isEmpty()) {
            text.append("\n  People sign in with: ")
                    .append(server.signIn().upstream().displayName())
                    .append('\n');
        }
        text.append(connectLines(address + "/mcp"));
        return text.toString();
    }

    private static String codeLines(String code) {
        return """

          Your sign-in code: %s
          It works once, for %d minutes. Another one: postern users code NAME
        """
                .formatted(code, SignIn.codeLife().toMinutes());
    }

    private static String connectLines(String endpoint) {
        return """

          Connect Claude Code:
            claude mcp add --transport http postern %1$s

          Connect a client that reads mcp.json:
            {"mcpServers": {"postern": {"type": "http", "url": "%1$s"}}}

          Look at it with curl (the answer says where to get a token; docs/walkthrough.md goes on):
            curl -i %1$s

        Stop with Ctrl-C.
        """
                .formatted(endpoint);
    }
}
