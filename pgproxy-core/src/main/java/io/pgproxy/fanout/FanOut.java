package io.pgproxy.fanout;

import io.netty.channel.EventLoop;
import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.backend.BackendSession;
import io.pgproxy.core.backend.BackendSink;
import io.pgproxy.core.backend.Credentials;
import io.pgproxy.core.backend.RemotePostgres;
import io.pgproxy.core.internal.fanout.FanOutSession;
import io.pgproxy.core.internal.limit.SqlReader;
import io.pgproxy.protocol.startup.StartupMessage;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;

/**
 * Several servers that hold the same, as one upstream: what is written goes to all of them, what is only read to the
 * first. Thread-safe.
 *
 * <p>Each of them has to let the proxy in without asking the client. A statement that writes runs on the first of them,
 * then on all others at the same time, in a block that is committed only if all have done the same: the same command
 * tags, which hold the number of rows.
 */
public final class FanOut implements Backend {
    private final Map<String, Backend> writers;
    private final Nondeterminism nondeterminism;
    private final SqlReader sql = new SqlReader();
    private final String impossibleName;

    private FanOut(Map<String, Backend> writers, Nondeterminism nondeterminism) {
        this.writers = Collections.unmodifiableMap(new LinkedHashMap<>(writers));
        this.nondeterminism = nondeterminism;
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        this.impossibleName = "pgproxy-" + HexFormat.of().formatHex(random);
    }

    /** {@return a builder without a writer} */
    public static Builder builder() {
        return new Builder();
    }

    /** Names the writers, the first of them first. */
    public static final class Builder {
        private final Map<String, Backend> writers = new LinkedHashMap<>();
        private Nondeterminism nondeterminism = Nondeterminism.REJECT;

        private Builder() {}

        /**
         * One more writer.
         *
         * @param name what errors call it
         * @param backend where it is; closed with the whole
         * @return this builder
         * @throws IllegalArgumentException if the name is taken
         */
        public Builder writer(String name, Backend backend) {
            if (writers.putIfAbsent(name, Objects.requireNonNull(backend, "backend")) != null) {
                throw new IllegalArgumentException("a writer is named " + name + " already");
            }
            return this;
        }

        /**
         * One more writer.
         *
         * @param name what errors call it
         * @param url as for {@link io.pgproxy.core.ProxyServerBuilder#upstream(String)}, with a user to log in as
         * @return this builder
         * @throws IllegalArgumentException if the URL is malformed or the name is taken
         */
        public Builder writer(String name, String url) {
            return writer(name, RemotePostgres.of(url));
        }

        /**
         * What becomes of statements that may write something else on each server.
         *
         * @param choice {@link Nondeterminism#REJECT} unless it is set
         * @return this builder
         */
        public Builder nondeterminism(Nondeterminism choice) {
            nondeterminism = Objects.requireNonNull(choice, "choice");
            return this;
        }

        /**
         * Makes it.
         *
         * @return the upstream
         * @throws IllegalStateException if there is no writer
         */
        public FanOut build() {
            if (writers.isEmpty()) {
                throw new IllegalStateException("no writer");
            }
            return new FanOut(writers, nondeterminism);
        }
    }

    @Override
    public boolean logsInByItself() {
        return writers.values().stream().allMatch(Backend::logsInByItself);
    }

    @Override
    public String loginUser(StartupMessage startup) {
        return writers.values().iterator().next().loginUser(startup);
    }

    @Override
    public BackendSession open(StartupMessage startup, EventLoop loop, BackendSink sink) {
        return open(loop, sink, (writer, answers) -> writer.open(startup, loop, answers));
    }

    @Override
    public BackendSession open(StartupMessage startup, Credentials credentials, EventLoop loop, BackendSink sink) {
        return open(loop, sink, (writer, answers) -> writer.open(startup, credentials, loop, answers));
    }

    private BackendSession open(
            EventLoop loop, BackendSink sink, BiFunction<Backend, BackendSink, BackendSession> open) {
        boolean onlyWarns = nondeterminism == Nondeterminism.WARN;
        return FanOutSession.open(writers, loop, sink, sql, impossibleName, onlyWarns, open);
    }

    @Override
    public void reload() throws IOException {
        for (Backend writer : writers.values()) {
            writer.reload();
        }
    }

    @Override
    public void close() {
        writers.values().forEach(Backend::close);
        sql.close();
    }

    /** {@return the names of the writers} */
    @Override
    public String toString() {
        return "FanOut" + writers.keySet();
    }
}
