package io.pgproxy.routing;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what happens in a topology, and tells who listens: in order, on a thread of its own, so that a listener that
 * takes its time delays nobody.
 */
final class EventTeller {
    private static final Logger LOG = LoggerFactory.getLogger(Topology.class);
    private static final int IDLE_SECONDS = 10;

    private final Consumer<TopologyEvent> listener;
    private final ThreadPoolExecutor thread;

    EventTeller(Consumer<TopologyEvent> listener) {
        this.listener = listener;
        this.thread =
                new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread fresh = new Thread(task, "pgproxy-topology-events");
                    fresh.setDaemon(true);
                    return fresh;
                });
        thread.allowCoreThreadTimeOut(true);
    }

    void tell(TopologyEvent event) {
        log(event);
        try {
            thread.execute(() -> hear(event));
        } catch (RejectedExecutionException closed) {
            LOG.debug("nobody is told of {} any more", event);
        }
    }

    private void hear(TopologyEvent event) {
        try {
            listener.accept(event);
        } catch (RuntimeException e) {
            LOG.warn("a listener of the topology failed: {}", e.getClass().getName());
            LOG.debug("a listener of the topology failed", e);
        }
    }

    private static void log(TopologyEvent event) {
        if (event instanceof TopologyEvent.Banned banned) {
            LOG.warn(
                    "{} is not used for {} ms: {}",
                    banned.node(),
                    banned.pause().toMillis(),
                    banned.reason());
        } else if (event instanceof TopologyEvent.Returned returned) {
            LOG.info("{} is used again", returned.node());
        } else if (event instanceof TopologyEvent.WriterChanged changed) {
            LOG.info(
                    "{} is the writer; before it was {}",
                    changed.to(),
                    Objects.requireNonNullElse(changed.from(), "unknown"));
        } else if (event instanceof TopologyEvent.SplitBrain split) {
            LOG.warn("{} takes writes, too, and is not used: the writer is {}", split.other(), split.writer());
        }
    }

    /** Nothing more is told; what was is, within the time. */
    void close(Duration patience) throws InterruptedException {
        thread.shutdown();
        thread.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS);
    }
}
