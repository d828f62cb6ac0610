package io.pgproxy.testkit.hook;

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

/**
 * A statement by itself: an exchange that is whole, and its only execution, outside of transactions and without
 * parameters. A hook can be asked about it directly, as often as wished, to measure what that takes; nothing runs. What
 * becomes of statements {@link HookTester} shows.
 *
 * <p>It does not change, but for what is kept in its session. There is no {@link #tree()}, and all fingerprints are the
 * same.
 */
public final class OneExchange implements Exchange, Execution, Statement {
    private final Session session;
    private final String sql;
    private final Facts facts;
    private final List<Statement> statements = List.of(this);
    private final List<Execution> executions = List.of(this);

    private OneExchange(Session session, String sql, Facts facts) {
        this.session = session;
        this.sql = sql;
        this.facts = facts;
    }

    /**
     * A statement of a session.
     *
     * @param session whose it is, such as a {@link OneSession}
     * @param sql one statement; of several the facts are those of the first
     * @return an exchange of that statement alone
     */
    public static OneExchange of(Session session, String sql) {
        try (SqlAnalyzer analyzer = SqlAnalyzer.builder().build()) {
            return new OneExchange(
                    session, sql, analyzer.analyze(sql).statements().get(0).facts());
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

    /** {@return what kind of statement it is; no text} */
    @Override
    public String toString() {
        return "OneExchange[" + facts.kind() + "]";
    }
}
