package postern.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.junit.jupiter.api.Test;

import postern.testkit.forgejo.ForgejoDoubleOptions;
import postern.testkit.mcp.McpAnswer;
import postern.testkit.mcp.McpClient;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Two people, twenty sessions at once: nobody ever gets somebody else's answer. */
class TwentySessionsE2E {
    private static final int SESSIONS_OF_A_GRANT = 5;
    private static final int CALLS = 50;

    @Test
    void every_answer_carries_the_identity_and_the_id_of_its_caller() throws Exception {
        try (Installation installation =
                        Installation.withFixture(ForgejoDoubleOptions.standard(), Map.of());
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var grants = new ArrayList<SignedIn>();
            for (String login : List.of("alice", "bob", "alice", "bob")) {
                grants.add(installation.signIn(login));
            }
            Set<Long> children = ConcurrentHashMap.newKeySet();
            var results = new ArrayList<Future<Integer>>();
            long began = System.nanoTime();
            for (SignedIn grant : grants) {
                for (int i = 0; i < SESSIONS_OF_A_GRANT; i++) {
                    String marker = "session " + results.size();
                    results.add(callers.submit(() -> talk(grant, marker, children)));
                }
            }
            int answers = sum(results);
            assertEquals(results.size() * CALLS, answers);
            assertEquals(results.size(), children.size(), "a child of its own per session");
            long millis = (System.nanoTime() - began) / 1_000_000;
            Figures.print("20 sessions with 50 calls each, child starts included", millis + " ms");
        }
    }

    private static int sum(List<Future<Integer>> results)
            throws InterruptedException, ExecutionException {
        int sum = 0;
        for (Future<Integer> result : results) sum += result.get();
        return sum;
    }

    /**
     * All sessions use the same ids, so that a mixed-up answer would look right by its id alone.
     */
    private static int talk(SignedIn grant, String marker, Set<Long> children) throws IOException {
        try (McpClient session = grant.openSession()) {
            int answers = 0;
            for (int number = 1; number <= CALLS; number++) {
                JsonNode id = JsonNodeFactory.instance.numberNode(1000 + number);
                switch (number % 3) {
                    case 0 -> {
                        Whoami told = Whoami.of(call(session, id, "whoami", ""));
                        assertEquals(grant.login(), told.login());
                        children.add(told.process().pid());
                    }
                    case 1 -> {
                        String text = marker + " call " + number;
                        assertEquals(text, call(session, id, "echo", text).toolText());
                    }
                    default -> {
                        String user = call(session, id, "forgejo-user", "").toolText();
                        String login = "\"login\":\"" + grant.login() + "\"";
                        assertTrue(user.startsWith("200 ") && user.contains(login), user);
                    }
                }
                answers++;
            }
            return answers;
        }
    }

    private static McpAnswer call(McpClient session, JsonNode id, String tool, String text)
            throws IOException {
        ObjectNode params = JsonNodeFactory.instance.objectNode().put("name", tool);
        params.putObject("arguments").put("text", text);
        McpAnswer answer = session.request(id, "tools/call", params);
        assertEquals(200, answer.status(), answer::toString);
        assertEquals(id, answer.message().orElseThrow().get("id"), answer::toString);
        return answer;
    }
}
