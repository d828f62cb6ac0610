package io.pgproxy.cache;

import io.pgproxy.sql.catalog.Routine;
import io.pgproxy.sql.catalog.Volatility;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether a function gives the same result as long as tables and settings are the same. By what the server's own
 * catalogue says of it; built-in ones that are STABLE by a review as well, for the time is STABLE too.
 */
final class Steadiness {
    private static final Set<String> REVIEWED = read("steady.txt");

    /** Forms of the grammar that look like calls. Not here: the clock, CURRENT_SCHEMA, and TREAT, which may be any. */
    private static final Set<String> FORMS = Set.of(
            "coalesce",
            "current_catalog",
            "current_role",
            "current_user",
            "extract",
            "greatest",
            "grouping",
            "json",
            "json_array",
            "json_arrayagg",
            "json_exists",
            "json_object",
            "json_objectagg",
            "json_query",
            "json_scalar",
            "json_serialize",
            "json_table",
            "json_value",
            "least",
            "normalize",
            "nullif",
            "overlay",
            "pg_collation_for",
            "position",
            "session_user",
            "substring",
            "trim",
            "user",
            "xmlconcat",
            "xmlelement",
            "xmlexists",
            "xmlforest",
            "xmlparse",
            "xmlpi",
            "xmlroot",
            "xmlserialize",
            "xmltable");

    private final Declarations declared;

    Steadiness(Declarations declared) {
        this.declared = declared;
    }

    private static Set<String> read(String resource) {
        InputStream stream = Objects.requireNonNull(Steadiness.class.getResourceAsStream(resource), resource);
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            return reader.lines()
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .flatMap(line -> Arrays.stream(line.split(" ")))
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The STABLE functions of pg_catalog that passed the review. */
    static Set<String> reviewed() {
        return REVIEWED;
    }

    /** Whether a form of the grammar is steady. */
    static boolean isSteadyForm(String word) {
        return FORMS.contains(word);
    }

    /** Whether a function that a statement calls is steady. */
    boolean isSteady(Routine routine) {
        if (routine.volatility() == Volatility.IMMUTABLE) {
            return true;
        }
        if (routine.isBuiltIn()) {
            return routine.volatility() == Volatility.STABLE && REVIEWED.contains(routine.name());
        }
        return declared.readBy(routine.schema(), routine.name()) != null;
    }

    /**
     * Whether a function that a view or policy calls is. Those ask for settings too: of these the key holds all that
     * the session is known to have.
     */
    boolean isSteadyWhereStored(Routine routine) {
        return isSteady(routine) || readsSettings(routine);
    }

    /** Whether a function gives the value of any setting. */
    static boolean readsSettings(Routine routine) {
        return routine.isBuiltIn() && routine.name().equals("current_setting");
    }
}
