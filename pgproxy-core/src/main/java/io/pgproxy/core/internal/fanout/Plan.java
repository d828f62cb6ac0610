package io.pgproxy.core.internal.fanout;

import io.pgproxy.sql.Access;
import io.pgproxy.sql.AnalyzedStatement;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.InBlock;
import io.pgproxy.sql.SqlAnalysis;
import io.pgproxy.sql.StatementFamily;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.sql.catalog.FunctionPolicy;
import io.pgproxy.sql.catalog.FunctionVerdict;
import java.util.List;

/** How a statement, or a string of several, is brought to the writers. */
enum Plan {
    /** It reads: the first answers it. */
    FIRST,
    /** It says something about the session or its transaction: all are told at once. */
    ALL_AT_ONCE,
    /** It writes: the first, then the others, in one transaction. */
    TRANSACTION,
    /** It is in no transaction of ours: the first, then the others, each for itself. */
    IN_TURN;

    /** Of a Query. */
    static Plan of(SqlAnalysis analysis) {
        List<AnalyzedStatement> statements = analysis.statements();
        if (statements.size() == 1) {
            return of(statements.get(0).facts());
        }
        boolean reads = true;
        boolean session = true;
        boolean transactions = false;
        for (AnalyzedStatement statement : statements) {
            Plan plan = of(statement.facts());
            reads &= plan == FIRST;
            session &= plan == ALL_AT_ONCE; // what reads may lock rows: all have to come by the first
            transactions |= plan == IN_TURN || statement.facts().transaction() != null;
        }
        if (reads) {
            return FIRST;
        }
        return session ? ALL_AT_ONCE : transactions ? IN_TURN : TRANSACTION;
    }

    /** Of one statement. */
    static Plan of(Facts facts) {
        if (facts.inBlock() == InBlock.FORBIDDEN && facts.transaction() == null) {
            return facts.family() == StatementFamily.DISCARD ? ALL_AT_ONCE : IN_TURN;
        }
        if (facts.access() == Access.READ && isQuery(facts) && callsNothingUnknown(facts)) {
            return FIRST;
        }
        if (facts.kind() == StatementKind.EXECUTE) {
            return TRANSACTION; // of what has been prepared
        }
        return switch (facts.family()) {
            case SET, TRANSACTION, PREPARE, DISCARD, EMPTY -> ALL_AT_ONCE;
            case CURSOR -> IN_TURN; // it may lock rows, and may outlive the transaction
            default -> TRANSACTION;
        };
    }

    private static boolean callsNothingUnknown(Facts facts) {
        return facts.functions().stream()
                .allMatch(function -> FunctionPolicy.readOnly().decide(function) instanceof FunctionVerdict.Allowed);
    }

    private static boolean isQuery(Facts facts) {
        return switch (facts.family()) {
            case READ, SHOW, EXPLAIN, COPY_OUT -> true;
            default -> false;
        };
    }
}
