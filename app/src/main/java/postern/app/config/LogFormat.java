package postern.app.config;

import java.util.Locale;

/** How log lines look. */
public enum LogFormat {
    /** Text on a terminal, JSON elsewhere. */
    AUTO,
    JSON,
    TEXT;

    static LogFormat parse(String text) {
        for (LogFormat format : values()) {
            if (format.name().toLowerCase(Locale.ROOT).equals(text)) return format;
        }
        throw new IllegalArgumentException("must be auto, json or text");
    }
}
