package io.pgproxy.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** The servers that hold the same data, as they are at first. */
public final class TopologyBuilder {
    private final List<Node> nodes = new ArrayList<>();
    private ProbeSettings settings = ProbeSettings.DEFAULT;
    private Consumer<TopologyEvent> listener = event -> {};

    TopologyBuilder() {}

    /**
     * A server that is thought to take writes.
     *
     * @param name the upstream's name
     * @param url see {@link Node}
     * @return this
     * @throws IllegalArgumentException if the URL is malformed or the name is taken
     */
    public TopologyBuilder writer(String name, String url) {
        return node(new Node(name, url, Node.Role.WRITER, Node.DEFAULT_WEIGHT));
    }

    /**
     * A server that is thought to be a standby.
     *
     * @param name the upstream's name
     * @param url see {@link Node}
     * @return this
     * @throws IllegalArgumentException if the URL is malformed or the name is taken
     */
    public TopologyBuilder reader(String name, String url) {
        return reader(name, url, Node.DEFAULT_WEIGHT);
    }

    /**
     * A server that is thought to be a standby.
     *
     * @param name the upstream's name
     * @param url see {@link Node}
     * @param weight how much of the reads it gets, compared with other readers: 1 to 1000
     * @return this
     * @throws IllegalArgumentException if the URL is malformed or the name is taken
     */
    public TopologyBuilder reader(String name, String url, int weight) {
        return node(new Node(name, url, Node.Role.READER, weight));
    }

    /**
     * A server.
     *
     * @param node what it is thought to be
     * @return this
     * @throws IllegalArgumentException if the name is taken
     */
    public TopologyBuilder node(Node node) {
        for (Node known : nodes) {
            if (known.name().equals(node.name())) {
                throw new IllegalArgumentException("two nodes are named " + node.name());
            }
        }
        nodes.add(node);
        return this;
    }

    /**
     * How they are asked how they are.
     *
     * @param value {@link ProbeSettings#DEFAULT} if not set
     * @return this
     */
    public TopologyBuilder probe(ProbeSettings value) {
        settings = Objects.requireNonNull(value, "settings");
        return this;
    }

    /**
     * Who is told of changes, one after the other and in their order, on a thread of the topology.
     *
     * @param value what it throws is logged
     * @return this
     */
    public TopologyBuilder listener(Consumer<TopologyEvent> value) {
        listener = Objects.requireNonNull(value, "listener");
        return this;
    }

    /**
     * Asks every node once, and goes on asking. Blocks until all have answered or failed, so for twice the time-out at
     * most.
     *
     * @return the topology, which the caller closes
     */
    public Topology start() {
        return start(ProbeConnection::new);
    }

    /** The same with other connections. */
    Topology start(NodeConnection.Opener opener) {
        Topology topology = new Topology(nodes, settings, listener, opener);
        topology.awaitFirstAnswers();
        return topology;
    }
}
