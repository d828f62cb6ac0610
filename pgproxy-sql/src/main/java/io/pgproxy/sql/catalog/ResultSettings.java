package io.pgproxy.sql.catalog;

import java.util.List;

/**
 * The settings that decide what a query means or how its result reads: with other values the same text on the same
 * tables gives another answer. Settings of extensions and of applications ({@code app.tenant}) come on top where
 * functions or policies read them.
 */
public final class ResultSettings {
    /** Their names, in lower case; each exists in PostgreSQL 14 to 18. */
    public static final List<String> NAMES = List.of(
            // How values read.
            "timezone",
            "timezone_abbreviations",
            "datestyle",
            "intervalstyle",
            "bytea_output",
            "extra_float_digits",
            "lc_monetary",
            "lc_numeric",
            "lc_time",
            "xmlbinary",
            "xmloption",
            "quote_all_identifiers",
            "client_encoding",
            // What a text means.
            "array_nulls",
            "transform_null_equals",
            "standard_conforming_strings",
            "backslash_quote",
            "default_text_search_config",
            "search_path",
            // Whose rows they are, and how many.
            "role",
            "session_authorization",
            "row_security",
            "gin_fuzzy_search_limit",
            // Rules for replicas rewrite other statements than those for origins.
            "session_replication_role");

    private ResultSettings() {}
}
