package io.pgproxy.readonly;

import io.pgproxy.hook.Attribute;
import io.pgproxy.hook.QueryRows;
import io.pgproxy.hook.Session;
import io.pgproxy.protocol.TransactionStatus;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A session without a server: its settings are what a test says the server has reported. */
final class OfflineSession implements Session {
    private final Map<String, String> settings = new HashMap<>();
    private final Map<Attribute<?>, Object> attributes = new HashMap<>();

    private TransactionStatus status = TransactionStatus.IDLE;

    OfflineSession transaction(TransactionStatus now) {
        status = now;
        return this;
    }

    OfflineSession report(String setting, String value) {
        settings.put(setting.toLowerCase(Locale.ROOT), value);
        return this;
    }

    @Override
    public long id() {
        return 1;
    }

    @Override
    public String user() {
        return "alice";
    }

    @Override
    public String database() {
        return "shop";
    }

    @Override
    public SocketAddress client() {
        return InetSocketAddress.createUnresolved("localhost", 1);
    }

    @Override
    public TransactionStatus transaction() {
        return status;
    }

    @Override
    public String setting(String name) {
        return settings.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    @Override
    @SuppressWarnings("unchecked")
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
    public void renewStatements() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void notice(String message) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<QueryRows> query(String sql, List<@Nullable String> parameters) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException());
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
