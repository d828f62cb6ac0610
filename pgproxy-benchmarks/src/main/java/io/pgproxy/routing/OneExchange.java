package io.pgproxy.routing;

import io.pgproxy.hook.Exchange;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.Session;
import io.pgproxy.hook.Statement;
import io.pgproxy.protocol.Format;
import io.pgproxy.protocol.Parameter;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.sql.Comment;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.Fingerprint;
import io.pgproxy.sql.SqlAnalyzer;
import io.pgproxy.sql.structure.SqlTree;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** A statement that is an exchange, and its execution. */
final class OneExchange implements Exchange, Execution, Statement {
    private final OneSession session;
    private final String sql;
    private final Facts facts;
    private final List<Statement> statements = List.of(this);
    private final List<Execution> executions = List.of(this);

    OneExchange(OneSession session, String sql) {
        this.session = session;
        this.sql = sql;
        try (SqlAnalyzer analyzer = SqlAnalyzer.builder().build()) {
            this.facts = analyzer.analyze(sql).statements().get(0).facts();
        }
    }

    @Override
    public Session session() {
        return session;
    }

    @Override
    public List<Statement> statements() {
        return statements;
    }

    @Override
    public List<Execution> executions() {
        return executions;
    }

    @Override
    public boolean complete() {
        return true;
    }

    @Override
    public boolean readsOnly() {
        return facts.readsOnly();
    }

    @Override
    public boolean bindsBlock() {
        return false;
    }

    @Override
    public Statement statement() {
        return this;
    }

    @Override
    public Exchange exchange() {
        return this;
    }

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
        return TransactionStatus.IDLE;
    }

    @Override
    public boolean afterWrite() {
        return false;
    }

    @Override
    public String original() {
        return sql;
    }

    @Override
    public String sql() {
        return sql;
    }

    @Override
    public Facts facts() {
        return facts;
    }

    @Override
    public Fingerprint fingerprint() {
        return new Fingerprint(0, 0);
    }

    @Override
    public String normalized() {
        return sql;
    }

    @Override
    public List<Comment> leadingComments() {
        return List.of();
    }

    @Override
    public List<Comment> trailingComments() {
        return List.of();
    }

    @Override
    public Form form() {
        return Form.QUERY;
    }

    @Override
    public List<Integer> parameterTypes() {
        return List.of();
    }

    @Override
    public CompletionStage<SqlTree> tree() {
        throw new UnsupportedOperationException();
    }
}
