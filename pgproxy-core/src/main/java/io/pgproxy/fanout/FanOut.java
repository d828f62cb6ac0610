package io.pgproxy.fanout;

import io.netty.channel.EventLoop;
import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.backend.BackendSession;
import io.pgproxy.core.backend.BackendSink;
import io.pgproxy.core.backend.Credentials;
import io.pgproxy.core.backend.RemotePostgres;
import io.pgproxy.core.internal.fanout.FanOutRules;
import io.pgproxy.core.internal.fanout.FanOutSession;
import io.pgproxy.core.internal.fanout.Fences;
import io.pgproxy.core.internal.limit.SqlReader;
import io.pgproxy.protocol.startup.StartupMessage;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
    private final SqlReader sql = new SqlReader();
    private final FanOutRules rules;

    private FanOut(Builder from) {
        this.writers = Collections.unmodifiableMap(new LinkedHashMap<>(from.writers));
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        WriterListener listener = from.listener;
        this.rules = new FanOutRules(
                sql,
                "pgproxy-" + HexFormat.of().formatHex(random),
                from.nondeterminism == Nondeterminism.WARN,
                from.comparesRows,
                new Fences(
                        writers.keySet(),
                        from.fenced,
                        from.onLoss == WriterLoss.FENCE,
                        listener::fenced,
                        listener::unfenced));
    }

    /** {@return a builder without a writer} */
    public static Builder builder() {
        return new Builder();
    }

    /** Names the writers, the first of them first. */
    public static final class Builder {
        private final Map<String, Backend> writers = new LinkedHashMap<>();
        private final Set<String> fenced = new LinkedHashSet<>();
        private Nondeterminism nondeterminism = Nondeterminism.REJECT;
        private WriterLoss onLoss = WriterLoss.REJECT;
        private WriterListener listener = (writer, why) -> {};
        private boolean comparesRows;

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
         * What becomes of a writer that cannot be reached, or whose connection is lost.
         *
         * @param choice {@link WriterLoss#REJECT} unless it is set
         * @return this builder
         */
        public Builder onLoss(WriterLoss choice) {
            onLoss = Objects.requireNonNull(choice, "choice");
            return this;
        }

        /**
         * Who hears which writers are taken out.
         *
         * @param who instead of any that was set before
         * @return this builder
         */
        public Builder listener(WriterListener who) {
            listener = Objects.requireNonNull(who, "who");
            return this;
        }

        /**
         * A writer that is out from the beginning: it was taken out before, and has not been repaired. Which ones those
         * are the proxy does not remember when it is started again.
         *
         * @param name of one of the writers
         * @return this builder
         */
        public Builder fenced(String name) {
            fenced.add(Objects.requireNonNull(name, "name"));
            return this;
        }

        /**
         * Whether the rows that a statement which writes reports (RETURNING) have to be the same on all writers, byte
         * by byte and in the same order, beside its command tag.
         *
         * @param on false unless it is set
         * @return this builder
         */
        public Builder compareRows(boolean on) {
            comparesRows = on;
            return this;
        }

        /**
         * Makes it.
         *
         * @return the upstream
         * @throws IllegalStateException if there is no writer, or none that is not fenced; or if one is fenced that is
         *     no writer
         */
        public FanOut build() {
            if (fenced.containsAll(writers.keySet()) || !writers.keySet().containsAll(fenced)) {
                throw new IllegalStateException("no writer, or fenced are others: " + writers.keySet() + fenced);
            }
            return new FanOut(this);
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
        return FanOutSession.open(writers, loop, sink, rules, open);
    }

    /**
     * The writers that are taken out, see {@link WriterLoss#FENCE}.
     *
     * @return their names
     */
    public Set<String> fenced() {
        return rules.fences().fenced();
    }

    /**
     * Brings a writer back that was taken out. It has to hold what the others hold: from the moment when it was copied
     * until this has returned nobody may write. Sessions that do not have it end with what their clients send next.
     *
     * @param name of one of the writers
     * @return whether it was out
     * @throws IllegalArgumentException if there is no such writer
     */
    public boolean unfence(String name) {
        return rules.fences().unfence(name);
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
