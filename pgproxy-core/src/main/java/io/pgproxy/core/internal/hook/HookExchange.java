package io.pgproxy.core.internal.hook;

import io.pgproxy.hook.Exchange;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.Session;
import io.pgproxy.hook.Statement;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.StatementKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of an exchange while it comes. */
final class HookExchange implements Exchange {
    private static final int FEW = 16;

    private final HookSession session;
    private final long number;
    private final List<SqlStatement> statements = new ArrayList<>(1);
    private final List<Execution> executions = new ArrayList<>(1);
    private boolean complete;
    private boolean keepsPortal;
    private boolean isUnnamedOpen;
    private boolean needsPortal;

    HookExchange(HookSession session, long number) {
        this.session = session;
        this.number = number;
    }

    /** Counts the exchanges of the session. */
    long number() {
        return number;
    }

    void prepares(SqlStatement statement) {
        // A text may hold a hundred thousand statements: those of a long list are not looked up.
        boolean known = statements.size() <= FEW && statements.contains(statement);
        if (!known) {
            statements.add(statement);
        }
    }

    void runs(HookExecution execution) {
        prepares(execution.statement());
        executions.add(execution);
    }

    void completed() {
        complete = true;
    }

    @Override
    public Session session() {
        return session;
    }

    @Override
    public List<Statement> statements() {
        return Collections.unmodifiableList(statements);
    }

    @Override
    public List<Execution> executions() {
        return Collections.unmodifiableList(executions);
    }

    @Override
    public boolean complete() {
        return complete;
    }

    @Override
    public boolean readsOnly() {
        if (!complete) {
            return false;
        }
        for (SqlStatement statement : statements) {
            if (!statement.facts().readsOnly() || statement.effects().mayWrite()) {
                return false;
            }
        }
        return true;
    }

    /** A portal that has a name may stay open; one that has none does until it is executed. */
    void bindsPortal(String name) {
        keepsPortal |= !name.isEmpty();
        isUnnamedOpen |= name.isEmpty();
    }

    /** A portal is read, or a part of it. */
    void executesPortal(String name, int maxRows) {
        keepsPortal |= maxRows > 0;
        isUnnamedOpen &= !name.isEmpty();
    }

    /** It goes on with a portal; one of an earlier exchange is where that has run. */
    void usePortal(@Nullable HookExecution of) {
        needsPortal |= of != null && of.exchange() != this;
    }

    /** Whether it has to go where an earlier one has gone. */
    boolean needsPortal() {
        return needsPortal;
    }

    @Override
    public boolean bindsBlock() {
        return !complete || hasBoundBlock();
    }

    /** As far as it is known. */
    boolean hasBoundBlock() {
        if (keepsPortal || isUnnamedOpen) {
            return true;
        }
        boolean open = !executions.isEmpty() && executions.get(0).transaction() != TransactionStatus.IDLE;
        for (int i = 0; i < executions.size(); i++) {
            SqlStatement statement = (SqlStatement) executions.get(i).statement();
            if (bindsBlock(statement, open)) {
                return true;
            }
            open = (open || statement.facts().kind() == StatementKind.BEGIN)
                    && !statement.effects().endsBlock();
        }
        return false;
    }

    /** BEGIN within a block begins none, but sets what it asks for. */
    private static boolean bindsBlock(SqlStatement statement, boolean open) {
        Facts facts = statement.facts();
        return switch (facts.kind()) {
            case BEGIN -> open;
            case COMMIT, ROLLBACK ->
                facts.transaction() == null || facts.transaction().chain();
            case SELECT, VALUES, TABLE, EXPLAIN, SHOW, COPY_TO_CLIENT ->
                !facts.readsOnly() || statement.effects().mayWrite();
            default -> true;
        };
    }

    /** {@return how much it holds} */
    @Override
    public String toString() {
        return "Exchange[" + statements.size() + " statements, " + executions.size() + " executions]";
    }
}
