package io.pgproxy.cache;

import io.pgproxy.hook.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * Under which settings a session's prepared statements were parsed. Constants become values then: one that was parsed
 * in another time zone means another time than the same text would now. On the session's event loop only.
 *
 * <p>Nothing is noted before one of these settings changes; what was parsed before that is not known.
 */
final class ParsedUnder {
    /** Those that have a part in what constants become; where names and roles change, the server parses again. */
    static final List<String> SETTINGS = List.of(
            "timezone",
            "timezone_abbreviations",
            "datestyle",
            "intervalstyle",
            "lc_monetary",
            "array_nulls",
            "transform_null_equals",
            "standard_conforming_strings",
            "backslash_quote",
            "xmloption");

    private static final Set<String> NAMES = new HashSet<>(SETTINGS);

    private final Map<Statement, List<String>> values = new WeakHashMap<>();
    private boolean changes;

    /** {@return whether a setting is one of these; an empty name is any setting} */
    static boolean counts(String lowerCaseName) {
        return lowerCaseName.isEmpty() || NAMES.contains(lowerCaseName);
    }

    /** One of the settings changes, from now on or soon. */
    void change() {
        changes = true;
    }

    /** {@return whether parsing has to be told} */
    boolean isOfInterest() {
        return changes;
    }

    /** A statement is parsed under values of the settings, in their order. */
    void parsed(Statement statement, List<String> now) {
        values.put(statement, now);
    }

    /** {@return whether a statement would be parsed to the same now} */
    boolean holdsFor(Statement statement, List<String> now) {
        return now.equals(values.get(statement));
    }
}
