package io.pgproxy.testkit.hook;

import io.pgproxy.hook.Attribute;
import io.pgproxy.hook.QueryRows;
import io.pgproxy.hook.Session;
import io.pgproxy.protocol.TransactionStatus;
import java.net.SocketAddress;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A session that keeps attributes, and does nothing else: of the user and the database {@code tester}, idle, with no
 * setting known. What it cannot do throws {@link UnsupportedOperationException}. For one thread.
 */
public final class OneSession implements Session {
    private final IdentityHashMap<Attribute<?>, Object> attributes = new IdentityHashMap<>();

    /** A session without attributes. */
    public OneSession() {}

    @Override
    @SuppressWarnings("unchecked") // by its key
    public <T> @Nullable T get(Attribute<T> key) {
        return (T) attributes.get(key);
    }

    @Override
    public <T> T require(Attribute<T> key) {
        T value = get(key);
        if (value == null) {
            throw new IllegalStateException(key + " was never set");
        }
        return value;
    }

    @Override
    public <T> void set(Attribute<T> key, T value) {
        attributes.put(key, value);
    }

    @Override
    public long id() {
        return 1;
    }

    @Override
    public String user() {
        return "tester";
    }

    @Override
    public String database() {
        return "tester";
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

    /** {@return how many attributes it has} */
    @Override
    public String toString() {
        return "OneSession[" + attributes.size() + " attributes]";
    }
}
