package io.pgproxy.readonly;

import io.pgproxy.hook.Exchange;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.Session;
import io.pgproxy.hook.Statement;
import io.pgproxy.protocol.Format;
import io.pgproxy.protocol.Parameter;
import io.pgproxy.protocol.TransactionStatus;
import java.util.ArrayList;
import java.util.List;

/** An exchange to which a test adds executions one by one. */
final class OfflineExchange implements Exchange {
    private final Session session;
    private final List<Execution> executions = new ArrayList<>();

    OfflineExchange(Session session) {
        this.session = session;
    }

    Execution add(Statement statement) {
        Execution execution = new Run(statement, this);
        executions.add(execution);
        return execution;
    }

    @Override
    public Session session() {
        return session;
    }

    @Override
    public List<Statement> statements() {
        return executions.stream().map(Execution::statement).toList();
    }

    @Override
    public List<Execution> executions() {
        return List.copyOf(executions);
    }

    @Override
    public boolean complete() {
        return false;
    }

    @Override
    public boolean readsOnly() {
        return false;
    }

    private record Run(Statement statement, Exchange exchange) implements Execution {
        @Override
        public List<Parameter> parameters() {
            return List.of();
        }

        @Override
        public List<Format> resultFormats() {
            return List.of();
        }

        @Override
        public TransactionStatus transaction() {
            return exchange.session().transaction();
        }

        @Override
        public boolean afterWrite() {
            return false;
        }
    }

    @Override
    public boolean bindsBlock() {
        return false;
    }
}
