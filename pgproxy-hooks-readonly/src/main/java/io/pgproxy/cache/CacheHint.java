package io.pgproxy.cache;

import io.pgproxy.sql.Comment;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client says in a comment in front of a statement: <code>/&#42; pgproxy: cache 60s &#42;/</code> or <code>
 * /&#42; pgproxy: no-cache &#42;/</code>.
 *
 * @param age for how many nanoseconds its result may be served; empty if not at all
 */
record CacheHint(OptionalLong age) {
    private static final Pattern FORM = Pattern.compile(
            "\\s*pgproxy\\s*:\\s*(?:(no-cache)|cache\\s+(\\d{1,9})\\s*(ms|s|m|min|h)?)\\s*", Pattern.CASE_INSENSITIVE);
    /** Times are added to times. */
    private static final long LONGEST = TimeUnit.DAYS.toNanos(365);

    private static final CacheHint NONE = new CacheHint(OptionalLong.empty());

    /** {@return the first hint among comments, or null} */
    static @Nullable CacheHint in(List<Comment> comments) {
        for (int i = 0; i < comments.size(); i++) {
            CacheHint hint = in(comments.get(i).body());
            if (hint != null) {
                return hint;
            }
        }
        return null;
    }

    /** {@return what one comment says, which has to hold nothing else, or null} */
    static @Nullable CacheHint in(String body) {
        Matcher form = FORM.matcher(body);
        if (!form.matches()) {
            return null;
        }
        if (form.group(1) != null) {
            return NONE;
        }
        long number = Long.parseLong(form.group(2));
        String unit = form.group(3) == null ? "s" : form.group(3).toLowerCase(Locale.ROOT);
        long nanos = switch (unit) {
            case "ms" -> TimeUnit.MILLISECONDS.toNanos(number);
            case "m", "min" -> TimeUnit.MINUTES.toNanos(number);
            case "h" -> TimeUnit.HOURS.toNanos(number);
            default -> TimeUnit.SECONDS.toNanos(number);
        };
        return nanos == 0 ? NONE : new CacheHint(OptionalLong.of(Math.min(nanos, LONGEST)));
    }
}
