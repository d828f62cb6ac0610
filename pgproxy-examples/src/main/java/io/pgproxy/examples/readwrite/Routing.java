package io.pgproxy.examples.readwrite;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.ProxyServerBuilder;
import io.pgproxy.core.backend.RemotePostgres;
import io.pgproxy.fanout.FanOut;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.routing.Node;
import io.pgproxy.routing.ReadWriteSplit;
import io.pgproxy.routing.ReadWriteSplitBuilder;
import io.pgproxy.routing.SplitCounts;
import io.pgproxy.routing.Topology;
import io.pgproxy.routing.TopologyBuilder;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which server a statement goes to: reads to the readers, all else to the writer, or to all writers if there are
 * several.
 */
public final class Routing implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Routing.class);

    private final Usable usable;
    private final Settings settings;
    private final Topology topology;
    private final ReadWriteSplit split;

    private Routing(Usable usable, Settings settings, Topology topology) {
        this.usable = usable;
        this.settings = settings;
        this.topology = topology;
        ReadWriteSplitBuilder builder = ReadWriteSplit.over(topology)
                .readYourWrites(settings.readYourWrites())
                .hints(session -> settings.hints());
        if (settings.maxLag() != null) {
            builder.maxLag(settings.maxLag());
        }
        this.split = builder.build();
    }

    /**
     * Begins to watch the servers. Blocks until each has answered or failed.
     *
     * @param usable the servers
     * @param settings what else is set
     * @return closed by the caller
     */
    public static Routing over(Usable usable, Settings settings) {
        TopologyBuilder nodes = Topology.builder().node(usable.servers().first().node());
        usable.readers().forEach(reader -> nodes.node(reader.node()));
        if (!usable.servers().areMirrored()) {
            return new Routing(usable, settings, nodes.start());
        }
        Node first = usable.servers().first().node();
        AtomicReference<Topology> started = new AtomicReference<>();
        Topology topology =
                nodes.listener(event -> keepTo(first, started.get())).start();
        started.set(topology);
        keepTo(first, topology);
        return new Routing(usable, settings, topology);
    }

    /** Which servers are written to stands in the settings if they are several: a promoted reader is none of them. */
    private static void keepTo(Node first, @Nullable Topology topology) {
        if (topology != null) {
            topology.writer().filter(writer -> !writer.equals(first)).ifPresent(promoted -> {
                LOG.warn(
                        "{} has been promoted and is not used any more: no standby takes the place of one of several"
                                + " writers",
                        promoted.name());
                topology.remove(promoted.name());
            });
        }
    }

    /**
     * The proxy as far as servers go.
     *
     * @return a builder with all upstreams and hooks
     */
    public ProxyServerBuilder proxy() {
        Servers servers = usable.servers();
        PoolSettings pool = PoolSettings.transaction(settings.poolSize());
        ProxyServerBuilder builder = ProxyServer.builder();
        if (servers.areMirrored()) {
            FanOut.Builder all = FanOut.builder().nondeterminism(settings.nondeterminism());
            servers.writers().forEach(writer -> all.writer(writer.name(), RemotePostgres.of(writer.url())));
            builder.upstream(all.build(), pool);
        } else {
            builder.upstream(topology.backend(), pool);
        }
        // A former writer may come back as a reader, by its own name.
        for (Node node : topology.nodes()) {
            builder.upstream(node.name(), RemotePostgres.of(node.url()), pool);
        }
        return builder.hook("read-write-split", split.hook());
    }

    /** Tells where everything went, and watches no more. */
    @Override
    public void close() {
        SplitCounts counts = split.counts();
        LOG.info(
                "{} reads went to readers; to the writer went {} that write or may, and of reads {} of sessions with"
                        + " temporary objects, {} while a write was under way, {} because no reader was there or near"
                        + " enough, {} because no reader was known to show what the session wrote",
                counts.reads(),
                counts.writes(),
                counts.bound(),
                counts.afterWrites(),
                counts.lagging(),
                counts.stale());
        topology.close();
    }
}
