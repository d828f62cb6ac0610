package io.pgproxy.readonly;

/** What could be done about a refusal. */
final class Hints {
    static final String SETTING = "Whoever runs the proxy can allow settings by name.";
    static final String FUNCTION = "Whoever runs the proxy can allow functions by name.";
    static final String RELATION = "Whoever runs the proxy can allow relations by name.";
    static final String NAMED =
            "Prepare the statement, or declare the cursor, in this session and through this proxy first.";
    static final String EXPLAIN = "EXPLAIN counts as what it explains, for with ANALYZE it runs it.";
    static final String BLOCK = "Send COMMIT or ROLLBACK, and what follows it, by themselves.";
    static final String SYNC =
            "Send Sync behind the function, or the text without backslashes and with characters of ASCII only.";
    static final String FOREIGN = "Whoever runs the proxy can allow foreign tables.";

    private Hints() {}
}
