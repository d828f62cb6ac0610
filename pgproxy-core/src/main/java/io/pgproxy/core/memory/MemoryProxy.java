package io.pgproxy.core.memory;

import io.pgproxy.core.Limits;
import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.internal.hook.HookEngine;
import io.pgproxy.core.internal.limit.Governor;
import io.pgproxy.core.internal.server.Composition;
import io.pgproxy.core.internal.server.MemoryServer;
import io.pgproxy.core.internal.session.NamedBackends;
import io.pgproxy.hook.HookChain;
import io.pgproxy.metrics.ProxyMetrics;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A proxy that does not listen. Its sessions run on the thread that made it, within the calls made here, by a clock
 * that moves when told: deadlines and time-outs can be tested without waiting for them. What another thread hands over
 * (a deferred verdict, say) is taken up by {@link #run} or {@link #await}.
 *
 * <pre>{@code
 * try (MemoryProxy proxy = MemoryProxy.before(backend)) {
 *     MemoryConnection client = proxy.connect();
 *     client.send(startupPacket);
 *     byte[] answer = client.received();
 * }
 * }</pre>
 *
 * <p>All calls on the thread that made it. A {@link Backend} that works on the loop it is given, as an engine in this
 * process does, fits; one with sockets of its own does not.
 */
public final class MemoryProxy implements AutoCloseable {
    private final HookEngine engine;
    private final Governor governor;
    private final MemoryServer server;

    private MemoryProxy(HookEngine engine, Governor governor, NamedBackends backends) {
        this.engine = engine;
        this.governor = governor;
        this.server = new MemoryServer(new Composition(List.of(), backends, governor, Duration.ZERO, 1, engine));
    }

    /**
     * A proxy without hooks.
     *
     * @param upstream where sessions go; closed with the proxy
     * @return a proxy without clients
     */
    public static MemoryProxy before(Backend upstream) {
        return before(upstream, Map.of(), HookChain.EMPTY);
    }

    /**
     * A proxy with hooks.
     *
     * @param main to which every session is connected; closed with the proxy
     * @param others further ones by their names, to which exchanges can be routed; closed with the proxy
     * @param hooks what decides about messages
     * @return a proxy without clients
     */
    public static MemoryProxy before(Backend main, Map<String, Backend> others, HookChain hooks) {
        return before(main, others, hooks, Limits.DEFAULT, ProxyMetrics.NONE);
    }

    /**
     * A proxy with hooks and limits.
     *
     * @param main to which every session is connected; closed with the proxy
     * @param others further ones by their names, to which exchanges can be routed; closed with the proxy
     * @param hooks what decides about messages
     * @param limits what clients may do
     * @param metrics who measures
     * @return a proxy without clients
     */
    public static MemoryProxy before(
            Backend main, Map<String, Backend> others, HookChain hooks, Limits limits, ProxyMetrics metrics) {
        Governor governor = new Governor(limits, metrics, !limits.equals(Limits.DEFAULT));
        NamedBackends backends = new NamedBackends(main, others);
        return new MemoryProxy(new HookEngine(hooks, backends, governor), governor, backends);
    }

    /**
     * Exchanges the hooks: in force at each session's next exchange.
     *
     * @param hooks the hooks from now on
     */
    public void hooks(HookChain hooks) {
        engine.swap(hooks);
    }

    /** {@return the connection of a client on this machine} */
    public MemoryConnection connect() {
        return connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
    }

    /**
     * A client connects.
     *
     * @param from what the session takes for the client's address
     * @return its connection
     */
    public MemoryConnection connect(InetSocketAddress from) {
        return new MemoryConnection(server.connect(from));
    }

    /** Runs all that can run now. */
    public void run() {
        server.run();
    }

    /**
     * Waits until another thread hands something over, and runs all that can run then.
     *
     * @param longest how long to wait, by the real clock
     */
    public void await(Duration longest) {
        server.await(longest);
    }

    /**
     * Lets time pass for the sessions, and runs what becomes due.
     *
     * @param time how much
     */
    public void advance(Duration time) {
        server.advance(time);
    }

    /** Ends all sessions and closes the upstream. Idempotent. */
    @Override
    public void close() {
        server.close();
        governor.close();
    }
}
