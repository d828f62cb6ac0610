package io.pgproxy.sql.structure;

import io.pgproxy.sql.AnalyzedStatement;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.SqlAnalyzer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Structures of texts with one statement, with facts from the classifier, waiting for each. */
final class Structures implements AutoCloseable {
    private final StructureParser parser =
            new StructureParser(StructureSettings.DEFAULT.withDeadline(Duration.ofSeconds(20)));
    private final SqlAnalyzer analyzer = SqlAnalyzer.builder().build();

    SqlTree of(String sql) {
        byte[] text = sql.getBytes(StandardCharsets.UTF_8);
        return of(text, 0, text.length, sql);
    }

    /** The structure of a part of a text, which is {@code sql}. */
    SqlTree of(byte[] text, int from, int to, String sql) {
        List<AnalyzedStatement> statements = analyzer.analyze(sql).statements();
        Facts facts = statements.isEmpty() ? Facts.empty() : statements.get(0).facts();
        try {
            return parser.parse(text, from, to, facts).toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("structures never fail", e);
        }
    }

    KnownTree known(String sql) {
        SqlTree tree = of(sql);
        if (tree instanceof KnownTree known) {
            return known;
        }
        throw new AssertionError(tree + " for " + sql);
    }

    @Override
    public void close() {
        parser.close();
        analyzer.close();
    }
}
