package postern.oauth.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import java.util.ArrayList;
import java.util.List;

/** Lists of strings as they stand in our own columns. */
final class StringList {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private StringList() {}

    static String toJson(List<String> strings) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        strings.forEach(array::add);
        return array.toString();
    }

    static List<String> ofJson(String json) {
        try {
            List<String> strings = new ArrayList<>();
            JSON.readTree(json).forEach(node -> strings.add(node.textValue()));
            return strings;
        } catch (JsonProcessingException damaged) {
            throw new IllegalStateException("a list of strings is damaged", damaged);
        }
    }
}
