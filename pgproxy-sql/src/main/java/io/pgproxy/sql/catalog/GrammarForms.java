package io.pgproxy.sql.catalog;

import java.util.Map;
import java.util.Set;

/** What is written like a call and is a production of the grammar. */
final class GrammarForms {
    /** Those that are read as names in some version that is known, with the first one where they are not. */
    static final Map<String, Integer> SINCE = Map.ofEntries(
            Map.entry("json_array", 16),
            Map.entry("json_arrayagg", 16),
            Map.entry("json_objectagg", 16),
            Map.entry("json_exists", 17),
            Map.entry("json_query", 17),
            Map.entry("json_scalar", 17),
            Map.entry("json_serialize", 17),
            Map.entry("json_table", 17),
            Map.entry("json_value", 17),
            Map.entry("merge_action", 17));

    private static final Set<String> CLOCK_AND_SESSION = Set.of(
            "current_catalog",
            "current_date",
            "current_role",
            "current_schema",
            "current_time",
            "current_timestamp",
            "current_user",
            "localtime",
            "localtimestamp",
            "session_user",
            "system_user",
            "user");

    private GrammarForms() {}

    static boolean isIn(int version, String name) {
        Integer since = SINCE.get(name);
        return since != null && version >= since;
    }

    /** Of a form that a keyword begins. */
    static FunctionEffect effect(String name) {
        return CLOCK_AND_SESSION.contains(name) ? FunctionEffect.NON_DETERMINISTIC : FunctionEffect.NONE;
    }
}
