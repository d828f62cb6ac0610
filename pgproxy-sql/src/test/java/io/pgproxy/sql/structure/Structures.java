package io.pgproxy.sql.structure;

import io.pgproxy.sql.AnalyzedStatement;
import io.pgproxy.sql.SqlAnalyzer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Structures of texts with one statement, with facts from the classifier, waiting for each. */
final class Structures implements AutoCloseable {
    private final StructureParser parser =
            new StructureParser(StructureSettings.DEFAULT.withDeadline(Duration.ofSeconds(20)));
    private final SqlAnalyzer analyzer = SqlAnalyzer.builder().build();

    SqlTree of(String sql) {
        AnalyzedStatement statement = analyzer.analyze(sql).statements().get(0);
        byte[] text = sql.getBytes(StandardCharsets.UTF_8);
        try {
            return parser.parse(text, 0, text.length, statement.facts())
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS);
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
