package io.pgproxy.hook.ready;

import io.pgproxy.hook.Attribute;
import io.pgproxy.hook.Exchange;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.QueryRows;
import io.pgproxy.hook.Session;
import io.pgproxy.hook.Statement;
import io.pgproxy.protocol.Format;
import io.pgproxy.protocol.Parameter;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.sql.AnalyzedStatement;
import io.pgproxy.sql.Comment;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.Fingerprint;
import io.pgproxy.sql.SqlAnalysis;
import io.pgproxy.sql.SqlAnalyzer;
import io.pgproxy.sql.structure.SqlTree;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Sessions, statements and executions for hooks, without a server. */
public final class Given {
    private static final SqlAnalyzer ANALYZER = SqlAnalyzer.builder().build();

    private Given() {}

    public static GivenStatement statement(String sql) {
        return statement(sql, Statement.Form.QUERY, new GivenSession());
    }

    public static GivenStatement statement(String sql, Statement.Form form, Session session) {
        SqlAnalysis analysis = ANALYZER.analyze(sql);
        @Nullable
        AnalyzedStatement only =
                analysis.statements().isEmpty() ? null : analysis.statements().get(0);
        return new GivenStatement(session, sql, form, only);
    }

    public static Execution execution(String sql, Session session) {
        return new GivenExecution(statement(sql, Statement.Form.QUERY, session));
    }

    public static Execution functionCall() {
        return new GivenExecution(statement("", Statement.Form.FUNCTION_CALL, new GivenSession()));
    }

    /** A session that keeps attributes and answers queries by a function. */
    public static final class GivenSession implements Session {
        private final Map<Attribute<?>, Object> attributes = new HashMap<>();
        private String user = "alice";
        private SocketAddress client = InetSocketAddress.createUnresolved("client", 1);
        private boolean dropped;
        private BiFunction<String, List<@Nullable String>, CompletionStage<QueryRows>> upstream =
                (sql, parameters) -> CompletableFuture.failedFuture(new IllegalStateException("no upstream"));

        public GivenSession user(String name) {
            user = name;
            return this;
        }

        public GivenSession client(SocketAddress address) {
            client = address;
            return this;
        }

        public GivenSession upstream(BiFunction<String, List<@Nullable String>, CompletionStage<QueryRows>> answers) {
            upstream = answers;
            return this;
        }

        public boolean isDropped() {
            return dropped;
        }

        @Override
        public long id() {
            return 7;
        }

        @Override
        public String user() {
            return user;
        }

        @Override
        public String database() {
            return "shop";
        }

        @Override
        public SocketAddress client() {
            return client;
        }

        @Override
        public TransactionStatus transaction() {
            return TransactionStatus.IDLE;
        }

        @Override
        public String setting(String name) {
            return "";
        }

        @Override
        @SuppressWarnings("unchecked") // it was put in under the same key
        public <T> @Nullable T get(Attribute<T> key) {
            return (T) attributes.get(key);
        }

        @Override
        public <T> T require(Attribute<T> key) {
            T value = get(key);
            if (value == null) {
                throw new IllegalStateException(key.toString());
            }
            return value;
        }

        @Override
        public <T> void set(Attribute<T> key, T value) {
            attributes.put(key, value);
        }

        @Override
        public void renewStatements() {}

        @Override
        public void notice(String message) {}

        @Override
        public CompletionStage<QueryRows> query(String sql, List<@Nullable String> parameters) {
            return upstream.apply(sql, parameters);
        }

        @Override
        public void drop() {
            dropped = true;
        }

        @Override
        public Executor executor() {
            return Runnable::run;
        }
    }

    public record GivenStatement(
            Session session,
            String sql,
            Form form,
            @Nullable AnalyzedStatement analyzed) implements Statement {
        @Override
        public String original() {
            return sql;
        }

        @Override
        public Facts facts() {
            if (form == Form.FUNCTION_CALL) {
                return Facts.unknown();
            }
            return analyzed == null ? Facts.empty() : analyzed.facts();
        }

        @Override
        public Fingerprint fingerprint() {
            return analyzed == null ? new Fingerprint(0, 0) : analyzed.fingerprint();
        }

        @Override
        public String normalized() {
            return analyzed == null ? "" : analyzed.normalized();
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
        public List<Integer> parameterTypes() {
            return List.of();
        }

        @Override
        public CompletionStage<SqlTree> tree() {
            throw new UnsupportedOperationException();
        }
    }

    public record GivenExecution(Statement statement) implements Execution {
        @Override
        public Exchange exchange() {
            throw new UnsupportedOperationException();
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
    }
}
