package postern.testkit.browser;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Finds forms, title and text in a page; tolerant, because pages of other systems come too. */
final class Html {
    private Html() {}

    static String title(String html) {
        var text = new StringBuilder();
        boolean inTitle = false;
        for (HtmlToken token : HtmlToken.read(html)) {
            if (token.isTag("title")) {
                inTitle = true;
            } else if (token.isEnd("title")) {
                break;
            } else if (inTitle) {
                text.append(token.text());
            }
        }
        return text.toString().strip();
    }

    static String text(String html) {
        var text = new StringBuilder();
        for (HtmlToken token : HtmlToken.read(html)) {
            text.append(token.name().isEmpty() ? token.text() : " ");
        }
        return text.toString().replaceAll("\\s+", " ").strip();
    }

    static List<Form> forms(String html, URI page, PageRules rules) {
        var forms = new ArrayList<Form>();
        FormReader reader = null;
        for (HtmlToken token : HtmlToken.read(html)) {
            if (token.isTag("form")) {
                reader = new FormReader(token.attributes());
            } else if (token.isEnd("form") && reader != null) {
                forms.add(reader.form(page, rules));
                reader = null;
            } else if (reader != null) {
                reader.read(token);
            }
        }
        if (reader != null) {
            forms.add(reader.form(page, rules));
        }
        return forms;
    }

    /** Collects one form while its tokens pass. */
    private static final class FormReader {
        private final Map<String, String> attributes;
        private final List<Form.Field> fields = new ArrayList<>();
        private final List<Form.Button> buttons = new ArrayList<>();
        private Map<String, String> open = Map.of();
        private final StringBuilder openText = new StringBuilder();
        private String selected;

        private FormReader(Map<String, String> attributes) {
            this.attributes = attributes;
        }

        private void read(HtmlToken token) {
            if (token.isTag("input")) {
                input(token.attributes());
            } else if (token.isTag("button") || token.isTag("textarea")) {
                open = token.attributes();
                openText.setLength(0);
            } else if (token.isEnd("button")) {
                button(openText.toString().replaceAll("\\s+", " ").strip());
            } else if (token.isEnd("textarea")) {
                field(open, "textarea", openText.toString(), true);
            } else if (token.isTag("select")) {
                open = token.attributes();
                selected = null;
            } else if (token.isTag("option")) {
                option(token.attributes());
            } else if (token.isEnd("select")) {
                field(open, "select", selected == null ? "" : selected, true);
            } else {
                openText.append(token.text());
            }
        }

        private void option(Map<String, String> option) {
            if (selected == null || option.containsKey("selected")) {
                selected = option.getOrDefault("value", "");
            }
        }

        private void input(Map<String, String> input) {
            String type = input.getOrDefault("type", "text").toLowerCase(Locale.ROOT);
            String value = input.getOrDefault("value", "");
            switch (type) {
                case "submit", "image" -> {
                    open = input;
                    button(value);
                }
                case "button", "reset" -> {}
                case "checkbox", "radio" ->
                        field(
                                input,
                                type,
                                input.getOrDefault("value", "on"),
                                input.containsKey("checked"));
                default -> field(input, type, value, true);
            }
        }

        private void field(Map<String, String> tag, String type, String value, boolean set) {
            String name = tag.getOrDefault("name", "");
            boolean sent = set && !name.isEmpty() && !tag.containsKey("disabled");
            fields.add(new Form.Field(name, type, value, sent));
        }

        private void button(String text) {
            String type = open.getOrDefault("type", "submit").toLowerCase(Locale.ROOT);
            boolean submits = !type.equals("button") && !type.equals("reset");
            if (submits && !open.containsKey("disabled")) {
                buttons.add(
                        new Form.Button(
                                open.getOrDefault("id", ""),
                                open.getOrDefault("name", ""),
                                open.getOrDefault("value", ""),
                                text));
            }
        }

        private Form form(URI page, PageRules rules) {
            String action = attributes.getOrDefault("action", "");
            String method = attributes.getOrDefault("method", "get").toUpperCase(Locale.ROOT);
            return new Form(
                    page,
                    action.isEmpty() ? page : page.resolve(action),
                    method,
                    attributes.getOrDefault("id", ""),
                    fields,
                    buttons,
                    rules);
        }
    }
}
