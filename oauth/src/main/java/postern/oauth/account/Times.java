package postern.oauth.account;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Moments as people say them; dates are UTC, because a browser's zone is not known. */
final class Times {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    private Times() {}

    static String date(Instant moment) {
        return DATE.format(moment);
    }

    static String ago(Instant moment, Instant now) {
        return ago(Duration.between(moment, now));
    }

    static String ago(Duration passed) {
        if (passed.toMinutes() < 1) return "less than a minute ago";
        if (passed.toHours() < 1) return counted(passed.toMinutes(), "minute");
        if (passed.toDays() < 1) return counted(passed.toHours(), "hour");
        return counted(passed.toDays(), "day");
    }

    private static String counted(long number, String unit) {
        return number + " " + unit + (number == 1 ? "" : "s") + " ago";
    }
}
