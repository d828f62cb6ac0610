package io.pgproxy.sql.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What looks like a call in simple SQL: a name, perhaps with a schema, in front of a parenthesis. */
record CalledNames(@Nullable String schema, String name) {
    private static final Pattern IGNORED = Pattern.compile("--[^\\n]*|/\\*.*?\\*/|'(?:[^']|'')*'|\\$\\$.*?\\$\\$");
    private static final Pattern CALL =
            Pattern.compile("(?:\\b([a-zA-Z_]\\w*)\\s*\\.\\s*)?\\b([a-zA-Z_]\\w*)\\s*\\(", Pattern.DOTALL);

    static List<CalledNames> in(String sql) {
        List<CalledNames> found = new ArrayList<>();
        Matcher call = CALL.matcher(IGNORED.matcher(sql).replaceAll(" '' "));
        while (call.find()) {
            String schema = call.group(1);
            found.add(new CalledNames(
                    schema == null ? null : schema.toLowerCase(Locale.ROOT),
                    call.group(2).toLowerCase(Locale.ROOT)));
        }
        return found;
    }
}
