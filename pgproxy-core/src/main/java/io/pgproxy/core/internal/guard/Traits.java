package io.pgproxy.core.internal.guard;

import io.pgproxy.sql.Access;
import io.pgproxy.sql.AnalyzedStatement;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.InBlock;
import io.pgproxy.sql.SqlAnalysis;
import io.pgproxy.sql.StatementKind;
import java.util.List;

/**
 * What a text may do, as far as a result that is cut off makes a difference: a set of bits. It is a guess to the safe
 * side; a text that is read wrongly (the client has another encoding) costs the guarantee for itself alone.
 */
public final class Traits {
    /** It may have a result that grows: rows, or COPY data. */
    static final int ROWS = 1;

    /** It may leave something behind. */
    static final int WRITES = 1 << 1;

    /** It may begin a block. */
    static final int BEGINS = 1 << 2;

    /** It may end a block. */
    static final int ENDS = 1 << 3;

    /** It shapes the transaction that it stands in, or cannot stand in a block. */
    static final int SHAPES = 1 << 4;

    /** It holds several statements. */
    static final int SEVERAL = 1 << 5;

    static final int NOTHING = 0;
    static final int UNKNOWN = ROWS | WRITES | BEGINS | ENDS | SHAPES;

    private Traits() {}

    /** {@return what a text may do} */
    public static int of(SqlAnalysis analysis) {
        List<AnalyzedStatement> statements = analysis.statements();
        int traits = statements.size() > 1 ? SEVERAL : NOTHING;
        for (int i = 0; i < statements.size(); i++) {
            traits |= of(statements.get(i), analysis);
        }
        return traits;
    }

    private static int of(AnalyzedStatement statement, SqlAnalysis text) {
        Facts facts = statement.facts();
        int alone = facts.inBlock() == InBlock.FORBIDDEN ? SHAPES : NOTHING;
        return alone
                | switch (facts.family()) {
                    case EMPTY -> NOTHING;
                    case READ, READ_LOCK, SHOW -> ROWS;
                    case EXPLAIN, COPY_OUT -> facts.access() == Access.READ ? ROWS : ROWS | WRITES;
                    case WRITE -> WRITES | (mayReturn(facts, text) ? ROWS : NOTHING);
                    case CURSOR -> facts.kind() == StatementKind.FETCH ? ROWS : NOTHING;
                    case PREPARE -> facts.kind() == StatementKind.EXECUTE ? ROWS | WRITES : WRITES;
                    case CALL -> ROWS | WRITES | SHAPES;
                    case TRANSACTION -> ofTransaction(facts.kind());
                    case SET -> facts.kind() == StatementKind.SET_TRANSACTION ? SHAPES : WRITES;
                    case UNKNOWN -> UNKNOWN;
                    default -> WRITES;
                };
    }

    private static int ofTransaction(StatementKind kind) {
        return switch (kind) {
            case BEGIN -> BEGINS | SHAPES;
            case COMMIT, ROLLBACK, PREPARE_TRANSACTION -> ENDS | SHAPES;
            default -> SHAPES | WRITES;
        };
    }

    /** Whether a statement that writes may show what it has written. */
    private static boolean mayReturn(Facts facts, SqlAnalysis text) {
        return facts.kind() == StatementKind.SELECT_WRITING || text.text().mentions("returning");
    }
}
