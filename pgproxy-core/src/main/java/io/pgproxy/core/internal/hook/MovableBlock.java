package io.pgproxy.core.internal.hook;

import io.pgproxy.hook.Execution;
import io.pgproxy.hook.Statement;
import io.pgproxy.sql.StatementKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The block that a session has open, as long as it has done nothing that would be missed if it were begun again
 * elsewhere.
 */
final class MovableBlock {
    private @Nullable String begin;

    /** What it has begun with; null if there is none that can be moved. */
    @Nullable
    String begin() {
        return begin;
    }

    /**
     * An exchange is behind it, or is going to be.
     *
     * @param exchange a whole one
     * @param inBlock whether it stood in a block from its first message on
     */
    void ran(HookExchange exchange, boolean inBlock) {
        if (!inBlock) {
            begin = null;
        }
        List<Execution> executions = exchange.executions();
        for (int i = 0; i < executions.size(); i++) {
            Statement statement = executions.get(i).statement();
            switch (statement.facts().kind()) {
                case BEGIN -> begin = statement.sql();
                case COMMIT, ROLLBACK -> begin = null; // another may begin in the same exchange
                default -> {
                    // what else it may do is asked below
                }
            }
        }
        if (exchange.hasBoundBlock()) {
            begin = null;
        }
    }

    /** Whether an exchange ends the block, and does nothing else: it is whole. */
    boolean isEndedBy(HookExchange exchange) {
        if (!exchange.complete() || exchange.executions().size() != 1) {
            return false;
        }
        StatementKind kind = exchange.executions().get(0).statement().facts().kind();
        return (kind == StatementKind.COMMIT || kind == StatementKind.ROLLBACK) && !exchange.hasBoundBlock();
    }

    /** Whether an exchange rolls the block back before all else: then it may do so wherever the rest of it goes. */
    static boolean isRolledBackBy(HookExchange exchange) {
        List<Execution> executions = exchange.executions();
        return !executions.isEmpty() && executions.get(0).statement().facts().kind() == StatementKind.ROLLBACK;
    }

    /** Tells whether there is one; no text. */
    @Override
    public String toString() {
        return "MovableBlock[" + (begin != null) + "]";
    }
}
