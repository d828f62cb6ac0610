package io.pgproxy.core.internal.hook;

import io.pgproxy.hook.Exchange;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.Session;
import io.pgproxy.hook.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What is known of an exchange while it comes. */
final class HookExchange implements Exchange {
    private static final int FEW = 16;

    private final HookSession session;
    private final long number;
    private final List<SqlStatement> statements = new ArrayList<>(1);
    private final List<Execution> executions = new ArrayList<>(1);
    private boolean complete;

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

    /** {@return how much it holds} */
    @Override
    public String toString() {
        return "Exchange[" + statements.size() + " statements, " + executions.size() + " executions]";
    }
}
