package io.pgproxy.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.routing.NodeState.Standing;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a topology makes of what its nodes say. */
@Timeout(60)
class TopologyTest {
    private final Servers servers = new Servers();
    private final List<TopologyEvent> events = new CopyOnWriteArrayList<>();
    private Topology topology;

    @AfterEach
    void stop() {
        if (topology != null) {
            topology.close();
        }
    }

    private void start(ProbeSettings settings) {
        topology = Topology.builder()
                .writer("a", Servers.url("a"))
                .reader("b", Servers.url("b"))
                .reader("c", Servers.url("c"))
                .probe(settings)
                .listener(events::add)
                .start(servers);
    }

    private void start() {
        servers.get("a").primary(1000);
        servers.get("b").standby(1000);
        servers.get("c").standby(900);
        start(Quick.PROBES);
    }

    private Standing standing(String name) {
        return topology.state(name).orElseThrow().standing();
    }

    private String writer() {
        return topology.writer().map(Node::name).orElse("none");
    }

    @Test
    void rolesAreFoundAndNotBelieved() {
        servers.get("a").standby(1000);
        servers.get("b").primary(1000);
        servers.get("c").standby(1000);
        start(Quick.PROBES);

        assertThat(writer()).isEqualTo("b");
        assertThat(standing("a")).isEqualTo(Standing.READER);
    }

    @Test
    void ofTwoThatTakeWritesAtFirstTheDeclaredOneIsTheWriter() {
        servers.get("a").primary(1000);
        servers.get("b").primary(1000);
        servers.get("c").standby(1000);
        CountDownLatch late = new CountDownLatch(1);
        servers.get("a").hangs(late);
        Thread starting = new Thread(() -> start(Quick.PROBES));
        starting.start();
        Patience.until("b has answered", () -> servers.get("b").asked.get() > 2);
        late.countDown();
        join(starting);

        assertThat(writer()).isEqualTo("a");
        assertThat(standing("b")).isEqualTo(Standing.SPLIT);
        Patience.until("it is told", () -> events.contains(new TopologyEvent.SplitBrain("a", "b")));
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aSplitBrainIsToldOnceUntilItIsOver() {
        start();
        servers.get("b").primary(1100);
        Patience.until("b is split", () -> standing("b") == Standing.SPLIT);
        for (int i = 0; i < 5; i++) {
            servers.get("b").awaitAnswer();
        }
        assertThat(writer()).isEqualTo("a");

        servers.get("b").standby(1000);
        Patience.until("b is a reader", () -> standing("b") == Standing.READER);
        servers.get("b").primary(1100);
        Patience.until("b is split", () -> standing("b") == Standing.SPLIT);

        servers.get("a").down(true);
        Patience.until("b is the writer", () -> writer().equals("b"));
        servers.get("a").down(false).standby(1000);
        Patience.until("a is a reader", () -> standing("a") == Standing.READER);
        Patience.until("all is told", () -> events.contains(new TopologyEvent.Returned("a")));
        assertThat(events)
                .filteredOn(event -> !(event instanceof TopologyEvent.Banned))
                .containsExactly(
                        new TopologyEvent.WriterChanged(null, "a"),
                        new TopologyEvent.SplitBrain("a", "b"),
                        new TopologyEvent.SplitBrain("a", "b"),
                        new TopologyEvent.WriterChanged("a", "b"),
                        new TopologyEvent.Returned("a"));
    }

    @Test
    void aNodeThatFailsIsLeftAloneAndComesBack() {
        start();
        servers.get("b").down(true);
        Patience.until("b is banned", () -> standing("b") == Standing.BANNED);
        assertThat(topology.view().readers()).extracting(Watched::name).containsExactly("c");
        servers.get("b").awaitAnswer();
        servers.get("b").down(false);
        Patience.until("b is back", () -> standing("b") == Standing.READER);

        topology.banNow("b");
        assertThat(standing("b")).isEqualTo(Standing.BANNED);
        Patience.until("b is back", () -> standing("b") == Standing.READER);
        Patience.until("all is told", () -> events.size() == 5);
        assertThat(events)
                .extracting(event -> event.getClass().getSimpleName())
                .containsExactly("WriterChanged", "Banned", "Returned", "Banned", "Returned");
        assertThat(events.get(1)).isInstanceOfSatisfying(TopologyEvent.Banned.class, banned -> {
            assertThat(banned.node()).isEqualTo("b");
            assertThat(banned.reason()).isEqualTo("08001: Connection refused");
            assertThat(banned.pause()).isBetween(Duration.ofMillis(40), Duration.ofMillis(60));
        });
    }

    @Test
    void bansGrowAndEnd() {
        ProbeSettings settings = ProbeSettings.DEFAULT;
        assertThat(IntStream.rangeClosed(1, 9).mapToLong(settings::banNanos).map(TimeUnit.NANOSECONDS::toMillis))
                .containsExactly(500L, 1000L, 2000L, 4000L, 8000L, 16_000L, 30_000L, 30_000L, 30_000L);
        assertThat(settings.banNanos(Integer.MAX_VALUE))
                .isEqualTo(Duration.ofSeconds(30).toNanos());
    }

    @Test
    void aSlowNodeDelaysNobody() {
        start();
        CountDownLatch never = new CountDownLatch(1);
        servers.get("b").hangs(never);
        Patience.until("it hangs", () -> servers.get("b").atOnce.get() == 1);
        servers.get("a").awaitAnswer();
        servers.get("c").awaitAnswer();
        never.countDown();
    }

    @Test
    void lagIsBytesAndTime() {
        start();
        servers.get("a").primary(1000);
        servers.get("b").standby(1000).showsAge(60_000);
        servers.get("c").standby(900).receives(960).showsAge(5_000);
        for (String name : List.of("a", "b", "c")) {
            servers.get(name).awaitAnswer();
        }

        NodeState b = topology.state("b").orElseThrow();
        assertThat(b.lagBytes()).isEqualTo(OptionalLong.of(0));
        assertThat(b.lag()).contains(Duration.ZERO); // it has all there is, however old that is
        NodeState c = topology.state("c").orElseThrow();
        assertThat(c.lagBytes()).isEqualTo(OptionalLong.of(100));
        assertThat(c.receiveLagBytes()).isEqualTo(OptionalLong.of(40));
        assertThat(c.lag())
                .hasValueSatisfying(lag -> assertThat(lag).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(8)));
        assertThat(c.age()).hasValueSatisfying(age -> assertThat(age).isLessThan(Duration.ofSeconds(30)));
        assertThat(topology.state("a").orElseThrow().lagBytes()).isEmpty();
        assertThat(topology.state("z")).isEmpty();
    }

    @Test
    void anOldAnswerIsNoKnowledge() {
        servers.get("a").primary(1000);
        servers.get("b").standby(1000);
        servers.get("c").standby(900);
        start(Quick.PROBES.withFreshFor(Duration.ofMillis(200)));
        Patience.until(
                "the lag is known",
                () -> topology.state("b").orElseThrow().lagBytes().isPresent());
        CountDownLatch never = new CountDownLatch(1);
        servers.get("b").hangs(never);

        Patience.until(
                "its answer is old",
                () -> topology.state("b").orElseThrow().lagBytes().isEmpty());
        assertThat(topology.state("b").orElseThrow().lag()).isEmpty();
        assertThat(topology.state("c").orElseThrow().lagBytes()).isPresent();

        servers.get("a").down(true);
        Patience.until(
                "nobody knows lags",
                () -> topology.state("c").orElseThrow().lag().isEmpty());
        never.countDown();
    }

    @Test
    void aCommitIsCoveredByWhatWasAskedForAfterIt() {
        start();
        servers.get("a").awaitAnswer();
        servers.get("b").awaitAnswer();
        servers.get("a").primary(2000);
        long commit = System.nanoTime();
        assertThat(topology.hasReplayed("b", commit)).isFalse(); // nothing was asked for since
        servers.get("a").awaitAnswer();
        assertThat(topology.hasReplayed("b", commit)).isFalse();
        servers.get("b").standby(1999).awaitAnswer();
        assertThat(topology.hasReplayed("b", commit)).isFalse();
        servers.get("b").standby(2000).awaitAnswer();
        assertThat(topology.hasReplayed("b", commit)).isTrue();
        assertThat(topology.hasReplayed("c", commit)).isFalse();
        assertThat(topology.hasReplayed("z", commit)).isFalse();
    }

    @Test
    void afterAChangeOfTheWriterOldSamplesAreVoid() {
        start();
        servers.get("a").awaitAnswer();
        long commit = System.nanoTime();
        servers.get("a").awaitAnswer();
        servers.get("c").standby(5000).awaitAnswer();
        assertThat(topology.hasReplayed("c", commit)).isTrue();

        CountDownLatch later = new CountDownLatch(1);
        servers.get("c").hangs(later);
        Patience.until("c is asked", () -> servers.get("c").atOnce.get() == 1);
        servers.get("a").down(true);
        servers.get("b").primary(2000);
        Patience.until("b is the writer", () -> writer().equals("b"));
        servers.get("b").awaitAnswer();
        assertThat(topology.hasReplayed("c", commit)).isFalse(); // what it said belongs to the old writer's time
        servers.get("c").standby(2000);
        later.countDown();
        Patience.until("c has answered", () -> topology.hasReplayed("c", commit));
    }

    @Test
    void whoWaitsIsToldOfTheFirstAndNodesAreAskedOneAtATime() throws Exception {
        servers.get("a").primary(1000);
        servers.get("b").standby(1000);
        servers.get("c").standby(900);
        start(ProbeSettings.DEFAULT.withInterval(Duration.ofMinutes(10)));
        servers.get("a").primary(2000);
        long commit = System.nanoTime();
        List<CompletableFuture<Optional<String>>> waiting = IntStream.range(0, 100)
                .mapToObj(i -> topology.awaitReplayed(List.of("b", "c"), commit, Duration.ofMinutes(1))
                        .toCompletableFuture())
                .toList();
        servers.get("c").awaitAnswer();
        assertThat(waiting).noneMatch(CompletableFuture::isDone);
        servers.get("c").standby(2000);
        for (CompletableFuture<Optional<String>> one : waiting) {
            assertThat(one.get(10, TimeUnit.SECONDS)).contains("c");
        }
        for (String name : List.of("a", "b", "c")) {
            assertThat(servers.get(name).mostAtOnce).hasValue(1);
        }
        assertThat(topology.isAwaited()).isFalse();
        assertThat(topology.awaitReplayed(List.of("c"), commit, Duration.ofMinutes(1))
                        .toCompletableFuture())
                .isCompletedWithValue(Optional.of("c"));
    }

    @Test
    void whoWaitsTooLongOrGoesIsForgotten() throws Exception {
        start();
        CountDownLatch never = new CountDownLatch(1);
        servers.get("a").hangs(never);
        Patience.until("it hangs", () -> servers.get("a").atOnce.get() == 1);
        CompletableFuture<Optional<String>> late = topology.awaitReplayed(
                        List.of("b"), System.nanoTime(), Duration.ofMillis(30))
                .toCompletableFuture();
        assertThat(late.get(10, TimeUnit.SECONDS)).isEmpty();
        CompletableFuture<Optional<String>> cancelled = topology.awaitReplayed(
                        List.of("b"), System.nanoTime(), Duration.ofMinutes(1))
                .toCompletableFuture();
        assertThat(topology.isAwaited()).isTrue();
        cancelled.cancel(true);
        assertThat(topology.isAwaited()).isFalse();
        CompletableFuture<Optional<String>> closed = topology.awaitReplayed(
                        List.of("b"), System.nanoTime(), Duration.ofMinutes(1))
                .toCompletableFuture();
        topology.close();
        assertThat(closed.get(10, TimeUnit.SECONDS)).isEmpty();
        assertThat(topology.awaitReplayed(List.of("b"), System.nanoTime(), Duration.ofMinutes(1))
                        .toCompletableFuture())
                .isCompletedWithValue(Optional.empty());
    }

    @Test
    void whoIsToldSeesIt() {
        servers.get("x").primary(1000);
        servers.get("y").primary(1000);
        AtomicReference<Topology> watched = new AtomicReference<>();
        List<String> wrong = new CopyOnWriteArrayList<>();
        AtomicInteger told = new AtomicInteger();
        try (Topology two = Topology.builder()
                .writer("x", Servers.url("x"))
                .reader("y", Servers.url("y"))
                .probe(Quick.PROBES.withBans(Duration.ofMillis(1), Duration.ofMillis(1)))
                .listener(event -> {
                    Topology now = watched.get();
                    // The first is told when there is one at all, which may be after it has been banned.
                    if (now != null && event instanceof TopologyEvent.WriterChanged changed && changed.from() != null) {
                        String seen = now.writer().map(Node::name).orElse("nobody");
                        if (!seen.equals(changed.to())) {
                            wrong.add(changed + " but saw " + seen);
                        }
                        told.incrementAndGet();
                    }
                })
                .start(servers)) {
            watched.set(two);
            for (int i = 0; i < 40; i++) {
                int before = told.get();
                Patience.until(
                        "both are there",
                        () -> two.state("x").orElseThrow().standing() != Standing.BANNED
                                && two.state("y").orElseThrow().standing() != Standing.BANNED);
                two.banNow(two.writer().orElseThrow().name());
                Patience.until("it is told", () -> told.get() > before);
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void nodesComeAndGo() {
        start();
        servers.get("d").standby(1000);
        topology.put(new Node("d", Servers.url("d"), Node.Role.READER, 7));
        Patience.until("d is a reader", () -> topology.view().reader("d") != null);
        assertThat(topology.nodes()).extracting(Node::name).containsExactly("a", "b", "c", "d");

        topology.remove("b");
        topology.remove("unknown");
        assertThat(topology.view().readers()).extracting(Watched::name).containsExactly("c", "d");
        assertThat(topology.state("b")).isEmpty();

        topology.put(new Node("a", Servers.url("a"), Node.Role.WRITER, 3));
        assertThat(writer()).isEqualTo("a"); // the same server: it need not answer first
        assertThat(topology.writer().orElseThrow().weight()).isEqualTo(3);
        topology.remove("a");
        assertThat(writer()).isEqualTo("none");
        assertThat(events).contains(new TopologyEvent.WriterChanged(null, "a"));
    }

    @Test
    void noPasswordIsShown() {
        start();
        servers.get("b").down(true);
        Patience.until("it is told", () -> events.stream().anyMatch(TopologyEvent.Banned.class::isInstance));
        assertThat(List.of(topology, topology.nodes(), topology.state("a"), events, topology.backend()))
                .noneMatch(shown -> shown.toString().contains("secret"));
        assertThatThrownBy(() -> new Node("x", "postgresql://u:secret@", Node.Role.READER, 1))
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> new Node("x", "postgresql://host/d", Node.Role.READER, 1))
                .hasMessage("the URL of x names no user to log in as");
        assertThatThrownBy(() -> new Node("x", "postgresql://u@/d?host=/run", Node.Role.READER, 1))
                .hasMessage("the URL of x is that of a Unix domain socket");
    }
}
