package io.pgproxy.routing;

import io.pgproxy.hook.Attribute;
import io.pgproxy.hook.QueryRows;
import io.pgproxy.hook.Session;
import io.pgproxy.protocol.TransactionStatus;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A session with one attribute. */
final class OneSession implements Session {
    private @Nullable Object value;

    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // there is one
    public <T> T get(Attribute<T> key) {
        return (T) value;
    }

    @Override
    public <T> T require(Attribute<T> key) {
        return get(key);
    }

    @Override
    public <T> void set(Attribute<T> key, T newValue) {
        value = newValue;
    }

    @Override
    public long id() {
        return 1;
    }

    @Override
    public String user() {
        return "u";
    }

    @Override
    public String database() {
        return "d";
    }

    @Override
    public SocketAddress client() {
        throw new UnsupportedOperationException();
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
    public void renewStatements() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void notice(String message) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<QueryRows> query(String sql, List<String> parameters) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void drop() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Executor executor() {
        return Runnable::run;
    }
}
