package io.pgproxy.routing;

import io.pgproxy.core.backend.Backend;
import io.pgproxy.routing.NodeState.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The servers that hold the same data: which of them takes writes, and how far the others are behind it. Roles are
 * found, not believed: whichever node is not in recovery is the writer. A second one that is not in recovery is used
 * for nothing while the first can be reached.
 *
 * <p>Each node is asked over a connection of the topology's own, on a thread of its own. Any thread may use it, and
 * nothing blocks but {@link TopologyBuilder#start} and {@link #close}. Shows no password.
 */
public final class Topology implements AutoCloseable {
    /** So many fit into a set of bits. */
    private static final int MOST_NODES = 63;

    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private final ProbeSettings settings;
    private final NodeConnection.Opener opener;
    private final EventTeller events;
    private final ReplayWaiters waiters = new ReplayWaiters();
    private final List<WriterBackend> backends = new CopyOnWriteArrayList<>();
    private final CountDownLatch firstAnswers;

    private final Object lock = new Object();
    private final Map<String, Watched> nodes = new LinkedHashMap<>();
    private final Map<Watched, NodeProbe> probes = new ConcurrentHashMap<>();
    private final List<TopologyEvent> happened = new ArrayList<>();
    private @Nullable Watched lastWriter;
    private volatile NodeProbe[] running = new NodeProbe[0];
    private boolean isSettled;
    private boolean isClosed;
    private volatile View view;

    Topology(List<Node> first, ProbeSettings settings, Consumer<TopologyEvent> listener, NodeConnection.Opener opener) {
        this.opener = opener;
        this.settings = settings;
        this.events = new EventTeller(listener);
        this.view = new View(null, new Watched[0], new WriterSamples(System.nanoTime()));
        this.firstAnswers = new CountDownLatch(first.size());
        this.isSettled = first.isEmpty();
        first.forEach(this::put);
    }

    /**
     * A topology to be described.
     *
     * @return a builder without nodes
     */
    public static TopologyBuilder builder() {
        return new TopologyBuilder();
    }

    void awaitFirstAnswers() {
        try {
            firstAnswers.await(3 * settings.timeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (lock) {
            isSettled = true;
            settle();
        }
    }

    /**
     * Adds a node, or takes it in the place of the one of its name. It gets nothing before it has answered.
     *
     * @param node the node
     * @throws IllegalArgumentException if there are 63 others
     * @throws IllegalStateException if the topology is closed
     */
    public void put(Node node) {
        backends.forEach(backend -> backend.prepare(node));
        Watched added = new Watched(node);
        NodeProbe probe = new NodeProbe(this, added, settings, opener.open(node, settings));
        synchronized (lock) {
            if (isClosed) {
                throw new IllegalStateException("the topology is closed");
            }
            if (nodes.size() == MOST_NODES && !nodes.containsKey(node.name())) {
                throw new IllegalArgumentException("there are " + MOST_NODES + " nodes already");
            }
            Watched before = nodes.put(node.name(), added);
            if (before != null) {
                if (before.node.url().equals(node.url())) {
                    takePlace(before, added);
                }
                forget(before);
            }
            probes.put(added, probe);
            running = probes.values().toArray(NodeProbe[]::new);
        }
        probe.start();
    }

    /** It is the same server: what is known of it stays. */
    private void takePlace(Watched before, Watched added) {
        added.knows(before);
        if (lastWriter == before) {
            lastWriter = added;
        }
    }

    /**
     * Removes a node: nothing new is sent there. Nothing happens if there is none of that name.
     *
     * @param name its name
     */
    public void remove(String name) {
        synchronized (lock) {
            Watched gone = nodes.remove(name);
            if (gone != null) {
                forget(gone);
            }
        }
    }

    private void forget(Watched gone) {
        gone.isGone = true;
        NodeProbe probe = probes.remove(gone);
        if (probe != null) {
            probe.stop();
        }
        running = probes.values().toArray(NodeProbe[]::new);
        settle();
    }

    /** {@return the nodes, in the order in which they came} */
    public List<Node> nodes() {
        synchronized (lock) {
            return nodes.values().stream().map(watched -> watched.node).toList();
        }
    }

    /**
     * What is known of a node now.
     *
     * @param name its name
     * @return empty if there is none of that name
     */
    public Optional<NodeState> state(String name) {
        synchronized (lock) {
            Watched watched = nodes.get(name);
            return watched == null ? Optional.empty() : Optional.of(state(watched));
        }
    }

    private NodeState state(Watched watched) {
        WriterSamples samples = view.samples();
        long now = System.nanoTime();
        long fresh = settings.freshFor().toNanos();
        long nanos = watched.lagNanos(samples, now, fresh);
        Sample sample = watched.sample();
        return new NodeState(
                watched.node,
                standing(watched),
                known(watched.lagBytes(samples, now, fresh)),
                known(watched.receiveLagBytes(samples, now, fresh)),
                nanos < 0 ? Optional.empty() : Optional.of(Duration.ofNanos(nanos)),
                sample == null ? Optional.empty() : Optional.of(Duration.ofNanos(now - sample.asked())));
    }

    private static OptionalLong known(long value) {
        return value < 0 ? OptionalLong.empty() : OptionalLong.of(value);
    }

    private Standing standing(Watched watched) {
        if (watched.isReader()) {
            return Standing.READER;
        }
        if (!watched.takesWrites()) {
            return Standing.BANNED;
        }
        return watched == view.writer() ? Standing.WRITER : Standing.SPLIT;
    }

    /**
     * Which node takes writes now.
     *
     * @return empty while nobody is known to
     */
    public Optional<Node> writer() {
        Watched writer = view.writer();
        return writer == null ? Optional.empty() : Optional.of(writer.node);
    }

    /**
     * Leaves a node alone, as if it had failed: for who finds out otherwise that it is not to be used. It returns when
     * it has answered again. Nothing happens if there is none of that name.
     *
     * @param name its name
     */
    public void banNow(String name) {
        Watched watched;
        synchronized (lock) {
            watched = nodes.get(name);
        }
        if (watched != null) {
            failed(watched, "reported");
        }
    }

    /**
     * Whoever is the writer when a session is opened. While nobody is known to be, clients are refused with 57P03.
     *
     * @return a backend for {@code ProxyServer.builder()}, which closes it
     */
    public Backend backend() {
        WriterBackend backend = new WriterBackend(this);
        nodes().forEach(backend::prepare);
        backends.add(backend);
        return backend;
    }

    void closed(WriterBackend backend) {
        backends.remove(backend);
    }

    /**
     * Whether a reader is known to have replayed what had been committed at a moment.
     *
     * @param reader its name
     * @param commitNanos the moment by {@link System#nanoTime}: the client had been told of the commit by then
     * @return false also if nobody knows
     */
    public boolean hasReplayed(String reader, long commitNanos) {
        return new ReplayWaiter(List.of(reader), commitNanos).find(view) != null;
    }

    /**
     * Waits until a reader has replayed what had been committed at a moment. Meanwhile nodes are asked every few
     * milliseconds, however many wait.
     *
     * @param readers names of those of which one is enough
     * @param commitNanos the moment by {@link System#nanoTime}: the client had been told of the commit by then
     * @param limit how long to wait
     * @return completes on any thread: with the name of the first that is there, or empty after the limit or when the
     *     topology is closed; may be cancelled
     */
    public CompletionStage<Optional<String>> awaitReplayed(List<String> readers, long commitNanos, Duration limit) {
        ReplayWaiter waiter = new ReplayWaiter(readers, commitNanos);
        String there = waiter.find(view);
        if (there != null) {
            return CompletableFuture.completedFuture(Optional.of(there));
        }
        CompletableFuture<Optional<String>> done = waiters.add(waiter, limit);
        for (NodeProbe probe : running) {
            probe.wake();
        }
        return done;
    }

    /** Ends the probes. Who waits is told that nothing was found. */
    @Override
    public void close() {
        synchronized (lock) {
            isClosed = true;
        }
        NodeProbe[] last = running;
        for (NodeProbe probe : last) {
            probe.stop();
        }
        long deadline = System.nanoTime()
                + LAST_WORDS.plus(settings.timeout().multipliedBy(2)).toNanos();
        try {
            waiters.close(LAST_WORDS);
            for (NodeProbe probe : last) {
                probe.join(deadline - System.nanoTime());
            }
            events.close(LAST_WORDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Who is what now. */
    View view() {
        return view;
    }

    ProbeSettings settings() {
        return settings;
    }

    /** Whether somebody waits for replay. */
    boolean isAwaited() {
        return !waiters.isEmpty();
    }

    boolean isBanned(Watched watched) {
        synchronized (lock) {
            return watched.isBanned;
        }
    }

    /** A read came too early for the readers: answers are wanted soon, though nobody waits. */
    void hurry() {
        for (NodeProbe probe : running) {
            probe.hurry();
        }
    }

    /** A node has answered; on its probe's thread. */
    void answered(Watched watched, Sample sample) {
        synchronized (lock) {
            if (watched.isGone) {
                return;
            }
            boolean wasBanned = watched.isBanned;
            watched.answered(sample);
            asked(watched);
            if (wasBanned) {
                happened.add(new TopologyEvent.Returned(watched.name()));
            }
            settle();
            if (watched == view.writer()) {
                view.samples().add(sample.lsn(), sample.asked());
            }
        }
        if (isAwaited()) {
            waiters.release(view);
        }
    }

    /** A node has failed; on any thread. */
    void failed(Watched watched, String reason) {
        synchronized (lock) {
            if (watched.isGone) {
                return;
            }
            boolean wasBanned = watched.isBanned;
            watched.failures++;
            watched.isBanned = true;
            double chance = ThreadLocalRandom.current().nextDouble(0.8, 1.2);
            long pause =
                    Math.min(settings.longestBan().toNanos(), (long) (settings.banNanos(watched.failures) * chance));
            watched.bannedUntil = System.nanoTime() + pause;
            asked(watched);
            if (!wasBanned) {
                happened.add(new TopologyEvent.Banned(watched.name(), Duration.ofNanos(pause), reason));
            }
            settle();
        }
    }

    private void asked(Watched watched) {
        if (!watched.isAsked) {
            watched.isAsked = true;
            firstAnswers.countDown();
        }
    }

    /** Finds who is what; under the lock. At first all have to be asked, or who answers first would be the writer. */
    private void settle() {
        if (!isSettled) {
            return;
        }
        Watched writer = findWriter();
        WriterSamples samples = view.samples();
        if (writer != null && writer != lastWriter) {
            happened.add(new TopologyEvent.WriterChanged(lastWriter == null ? null : lastWriter.name(), writer.name()));
            lastWriter = writer;
            samples = new WriterSamples(System.nanoTime());
        }
        for (Watched watched : nodes.values()) {
            if (watched != writer && watched.takesWrites()) {
                if (writer != null && !watched.isSplitTold) {
                    watched.isSplitTold = true;
                    happened.add(new TopologyEvent.SplitBrain(writer.name(), watched.name()));
                }
            } else if (!watched.isBanned) {
                watched.isSplitTold = false;
            }
        }
        Watched[] readers = nodes.values().stream().filter(Watched::isReader).toArray(Watched[]::new);
        if (!view.isLike(writer, readers, samples)) {
            view = new View(writer, readers, samples);
        }
        happened.forEach(events::tell); // who is told may look, and has to see it
        happened.clear();
    }

    private @Nullable Watched findWriter() {
        Watched last = lastWriter;
        if (last != null && !last.isGone && last.takesWrites()) {
            return last;
        }
        Watched found = null;
        for (Watched watched : nodes.values()) {
            boolean better =
                    found == null || (watched.node.role() == Node.Role.WRITER && found.node.role() != Node.Role.WRITER);
            if (watched.takesWrites() && better) {
                found = watched;
            }
        }
        return found;
    }

    /** {@return its nodes} */
    @Override
    public String toString() {
        return "Topology" + nodes();
    }
}
