package postern.e2e.rules;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A form of one of the program's pages.
 *
 * @param hidden its hidden fields
 * @param approve the name and value of its first button
 */
record Form(String action, Params hidden, Params approve) {
    private static final Pattern FORM = Pattern.compile("(?s)<form([^>]*)>(.*?)</form>");
    private static final Pattern INPUT = Pattern.compile("<input([^>]*)>");
    private static final Pattern BUTTON = Pattern.compile("<button([^>]*)>");

    static Optional<Form> in(Answer page) {
        Matcher form = FORM.matcher(page.text());
        if (!form.find()) return Optional.empty();
        Params hidden = Params.of();
        Matcher input = INPUT.matcher(form.group(2));
        while (input.find()) {
            if (attribute(input.group(1), "type").equals("hidden")) {
                hidden =
                        hidden.and(
                                attribute(input.group(1), "name"),
                                attribute(input.group(1), "value"));
            }
        }
        Matcher button = BUTTON.matcher(form.group(2));
        Params approve = Params.of();
        if (button.find() && !attribute(button.group(1), "name").isEmpty()) {
            approve =
                    Params.of(
                            attribute(button.group(1), "name"),
                            attribute(button.group(1), "value"));
        }
        return Optional.of(new Form(attribute(form.group(1), "action"), hidden, approve));
    }

    private static String attribute(String tag, String name) {
        Matcher value = Pattern.compile("\\b" + name + "=\"([^\"]*)\"").matcher(tag);
        return value.find() ? unescaped(value.group(1)) : "";
    }

    private static String unescaped(String html) {
        String text = html;
        for (List<String> entity :
                List.of(
                        List.of("&lt;", "<"),
                        List.of("&gt;", ">"),
                        List.of("&quot;", "\""),
                        List.of("&#39;", "'"),
                        List.of("&amp;", "&"))) {
            text = text.replace(entity.get(0), entity.get(1));
        }
        return text;
    }

    Params approved() {
        Params all = hidden;
        for (var pair : approve.pairs()) all = all.with(pair.getKey(), pair.getValue());
        return all;
    }
}
