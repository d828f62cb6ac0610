package io.pgproxy.sql.corpus;

import java.util.List;

/**
 * A statement that PostgreSQL accepts.
 *
 * @param kind what it is by PostgreSQL's own grammar, in the corpus's words
 * @param node the name of its top node
 */
public record ValidStatement(String sql, String kind, String node, String source) {
    /** All of {@code sql-valid.jsonl}. */
    public static List<ValidStatement> all() {
        return Json.lines("sql-valid.jsonl").stream()
                .map(line -> new ValidStatement(
                        line.get("sql").asText(),
                        line.get("kind").asText(),
                        line.get("node").asText(),
                        line.get("source").asText()))
                .toList();
    }
}
