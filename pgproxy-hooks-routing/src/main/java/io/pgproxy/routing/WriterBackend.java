package io.pgproxy.routing;

import io.netty.channel.EventLoop;
import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.backend.BackendSession;
import io.pgproxy.core.backend.BackendSink;
import io.pgproxy.core.backend.Credentials;
import io.pgproxy.core.backend.RemotePostgres;
import io.pgproxy.protocol.startup.StartupMessage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Opens sessions to whichever node is the writer at the moment. */
final class WriterBackend implements Backend {
    private final Topology topology;
    private final Map<Node, RemotePostgres> servers = new ConcurrentHashMap<>();

    WriterBackend(Topology topology) {
        this.topology = topology;
    }

    /** Reads the files that the URL of a node names, which is not to be done on event loops. */
    void prepare(Node node) {
        List<Node> known = topology.nodes();
        servers.keySet().removeIf(before -> !before.equals(node) && !known.contains(before));
        server(node);
    }

    private RemotePostgres server(Node node) {
        return servers.computeIfAbsent(node, unknown -> RemotePostgres.of(unknown.url()));
    }

    @Override
    public BackendSession open(StartupMessage startup, EventLoop loop, BackendSink sink) {
        Optional<Node> writer = topology.writer();
        return writer.isPresent() ? server(writer.get()).open(startup, loop, sink) : NoWriterSession.open(loop, sink);
    }

    @Override
    public BackendSession open(StartupMessage startup, Credentials credentials, EventLoop loop, BackendSink sink) {
        Optional<Node> writer = topology.writer();
        return writer.isPresent()
                ? server(writer.get()).open(startup, credentials, loop, sink)
                : NoWriterSession.open(loop, sink);
    }

    /** Each node's URL has a user. */
    @Override
    public String loginUser(StartupMessage startup) {
        Node node = topology.writer()
                .orElseGet(() -> topology.nodes().stream().findFirst().orElse(null));
        return node == null ? startup.requireUser() : server(node).loginUser(startup);
    }

    @Override
    public void reload() throws IOException {
        for (RemotePostgres server : servers.values()) {
            server.reload();
        }
    }

    @Override
    public void close() {
        topology.closed(this);
        servers.values().forEach(RemotePostgres::close);
    }

    /** Tells who is the writer. */
    @Override
    public String toString() {
        return "WriterBackend[" + topology.writer().map(Node::name).orElse("no writer") + "]";
    }
}
