package io.pgproxy.testkit.hook.documents;

import io.pgproxy.hook.AdmitHook;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.Statement;
import io.pgproxy.hook.Terms;
import io.pgproxy.hook.Verdict;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.StatementFamily;
import io.pgproxy.sql.structure.KnownTree;
import io.pgproxy.sql.structure.QueryLevel;
import io.pgproxy.sql.structure.SqlTree;
import io.pgproxy.sql.structure.UnknownTree;

/** UPDATE and DELETE need a WHERE, within WITH, EXPLAIN, PREPARE and COPY too. */
public final class NoBlindWrites implements AdmitHook {
    @Override
    public Verdict<Terms> admit(Execution execution) {
        Statement statement = execution.statement();
        Facts facts = statement.facts();
        return changesRows(facts)
                ? Verdict.defer(statement.tree().thenApply(tree -> judged(facts, tree)))
                : Verdict.proceed();
    }

    private static boolean changesRows(Facts facts) {
        Facts inner = facts.inner();
        return facts.family() == StatementFamily.WRITE || (inner != null && changesRows(inner));
    }

    private static Verdict<Terms> judged(Facts facts, SqlTree tree) {
        if (tree instanceof UnknownTree unknown
                && unknown.reason() == UnknownTree.Reason.NO_QUERY
                && facts.inner() == null) {
            return Verdict.proceed(); // EXECUTE: what it names was judged at PREPARE
        }
        if (!(tree instanceof KnownTree known)) {
            return Verdict.reject("42501", "this change was not understood");
        }
        boolean blind = known.levels().stream()
                .filter(level -> level.kind() == QueryLevel.Kind.UPDATE || level.kind() == QueryLevel.Kind.DELETE)
                .anyMatch(level -> level.where() == null);
        return blind ? Verdict.reject("42501", "UPDATE and DELETE need a WHERE") : Verdict.proceed();
    }
}
