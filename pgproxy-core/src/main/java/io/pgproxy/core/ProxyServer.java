package io.pgproxy.core;

import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.internal.hook.HookEngine;
import io.pgproxy.core.internal.server.Composition;
import io.pgproxy.core.internal.server.RunningServer;
import io.pgproxy.hook.HookChain;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL proxy in this process: clients connect to its listeners, each gets a session on the upstream.
 *
 * <pre>{@code
 * try (ProxyServer server = ProxyServer.builder()
 *         .listen("127.0.0.1", 6432)
 *         .upstream("postgresql://db.example:5432")
 *         .build()
 *         .start()) {
 *     …
 * }
 * }</pre>
 *
 * <p>Any number of servers live in one process; they share nothing. Thread-safe.
 */
public final class ProxyServer implements AutoCloseable {
    private final HookEngine engine;
    private final Composition composition;
    private @Nullable RunningServer running;
    private boolean closed;

    ProxyServer(HookEngine engine, Composition composition) {
        this.engine = engine;
        this.composition = composition;
    }

    /**
     * Composes a server.
     *
     * @return a builder with nothing set
     */
    public static ProxyServerBuilder builder() {
        return new ProxyServerBuilder();
    }

    /**
     * Binds the listeners. Once it returns, clients can connect.
     *
     * @return this server
     * @throws IOException if a listener cannot be bound; the message names it
     * @throws IllegalStateException if it was started or closed before
     */
    public synchronized ProxyServer start() throws IOException {
        if (running != null || closed) {
            throw new IllegalStateException("a server is started once");
        }
        running = RunningServer.start(composition);
        return this;
    }

    /**
     * Where it listens, in the order of the builder; a port that was 0 is the one it got.
     *
     * @return the bound addresses
     * @throws IllegalStateException if it does not run
     */
    public List<InetSocketAddress> addresses() {
        return running().addresses();
    }

    /**
     * The port of the first listener.
     *
     * @return the bound port
     * @throws IllegalStateException if it does not run
     */
    public int port() {
        return addresses().get(0).getPort();
    }

    /**
     * How many clients are connected, those in login included.
     *
     * @return a snapshot
     * @throws IllegalStateException if it does not run
     */
    public int sessionCount() {
        return running().sessionCount();
    }

    /**
     * The hooks in force.
     *
     * @return the chain set last
     */
    public HookChain hooks() {
        return engine.chain();
    }

    /**
     * Exchanges the hooks, also while it runs: in force at each session's next exchange. Prepared statements pass the
     * new hooks before they run again. Session hooks are asked for new sessions alone; a session that began without any
     * hook stays without.
     *
     * @param chain the hooks from now on
     */
    public void hooks(HookChain chain) {
        engine.swap(chain);
    }

    private synchronized RunningServer running() {
        RunningServer server = running;
        if (server == null) {
            throw new IllegalStateException("the server does not run");
        }
        return server;
    }

    /**
     * Drains and stops: no new clients; idle ones are told 57P01; busy ones finish their transaction; what is left at
     * the drain deadline is cancelled and told 57P01. Returns when no socket and no thread of the server is left.
     * Idempotent.
     */
    @Override
    public void close() {
        RunningServer server;
        synchronized (this) {
            server = closed ? null : running;
            if (!closed && server == null) {
                composition.backend().close();
                composition.others().forEach(Backend::close);
            }
            closed = true;
            running = null;
        }
        if (server != null) {
            server.stop(composition.drainDeadline());
        }
        composition.governor().close();
    }
}
