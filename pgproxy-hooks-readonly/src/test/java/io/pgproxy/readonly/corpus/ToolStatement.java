package io.pgproxy.readonly.corpus;

import java.util.List;
import java.util.Set;

/**
 * A statement of {@code sql-valid.jsonl} that a tool or a driver sends.
 *
 * @param kind what it is by PostgreSQL's own grammar
 */
record ToolStatement(String sql, String kind, String source) {
    private static final Set<String> HARMLESS = Set.of("read", "show", "set", "transaction");

    /** Those that change nothing but the session, in the order of the file. */
    static List<ToolStatement> harmless() {
        return Json.lines("sql-valid.jsonl").stream()
                .map(line -> new ToolStatement(
                        line.get("sql").asText(),
                        line.get("kind").asText(),
                        line.get("source").asText()))
                .filter(one -> HARMLESS.contains(one.kind()) && one.isOfTool())
                .toList();
    }

    /** The others are PostgreSQL's regression tests and what was written to show a feature. */
    private boolean isOfTool() {
        return !source.startsWith("pg17-regress") && !source.equals("hand/features");
    }

    boolean hasParameters() {
        return sql.matches("(?s).*\\$\\d.*");
    }
}
