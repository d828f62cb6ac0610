package io.pgproxy.sql.documents;

import io.pgproxy.sql.AnalyzedStatement;
import io.pgproxy.sql.SqlAnalysis;
import io.pgproxy.sql.SqlAnalyzer;
import io.pgproxy.sql.lexer.Names;
import io.pgproxy.sql.structure.KnownTree;
import io.pgproxy.sql.structure.QueryLevel;
import io.pgproxy.sql.structure.Relation;
import io.pgproxy.sql.structure.Rewrite;
import io.pgproxy.sql.structure.Rewriter;
import io.pgproxy.sql.structure.Splice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts a sub-select with one tenant's rows in the place of each table that a query names. */
public final class TenantFilter {
    private TenantFilter() {}

    /** Empty if the text is to be refused: it does not only read, or its structure is not known. */
    public static Optional<String> rewrite(SqlAnalyzer analyzer, String sql, int tenant) {
        SqlAnalysis analysis = analyzer.analyze(sql);
        List<Splice> splices = new ArrayList<>();
        for (AnalyzedStatement statement : analysis.statements()) {
            if (!statement.facts().readsOnly()
                    || !(statement.tree().toCompletableFuture().join() instanceof KnownTree tree)) {
                return Optional.empty();
            }
            for (Relation relation : tree.relations()) {
                boolean inFrom = tree.levels().get(relation.level()).kind() != QueryLevel.Kind.TABLE;
                if (!inFrom || relation.sampled()) {
                    return Optional.empty(); // TABLE t, and TABLESAMPLE, take no sub-select
                }
                if (relation.isStored()) {
                    splices.add(Splice.replace(relation.item(), rowsOf(relation, tenant)));
                }
            }
        }
        return Rewriter.rewrite(analysis.text(), analysis.standardConformingStrings(), splices)
                        instanceof Rewrite.Rewritten rewritten
                ? Optional.of(rewritten.text().string())
                : Optional.empty();
    }

    private static String rowsOf(Relation relation, int tenant) {
        String schema = relation.schema() == null ? "" : Names.quoted(relation.schema()) + ".";
        String table = (relation.only() ? "ONLY " : "") + schema + Names.quoted(relation.name());
        List<String> columns =
                relation.columnAliases().stream().map(Names::quoted).toList();
        return "(SELECT * FROM " + table + " WHERE tenant = " + tenant + ") AS " + Names.quoted(relation.visibleName())
                + (columns.isEmpty() ? "" : " (" + String.join(", ", columns) + ")");
    }
}
