package postern.bridge;

import postern.http.Request;

import java.util.List;
import java.util.Locale;

/** A POST carries JSON in UTF-8 and says so. */
final class JsonBody implements RequestCheck {
    @Override
    public void check(Request request) {
        if (!request.method().equals("POST")) return;
        List<String> values = request.headers().all("Content-Type");
        if (values.size() != 1 || !isJson(values.getFirst())) {
            throw McpRefusal.of(415, "Content-Type must be application/json", "media type");
        }
    }

    private static boolean isJson(String value) {
        String[] parts = value.toLowerCase(Locale.ROOT).split(";", -1);
        if (!parts[0].strip().equals("application/json")) return false;
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip().replace("\"", "");
            if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8"))
                return false;
        }
        return true;
    }
}
