package io.pgproxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.routing.NodeState.Standing;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.LocalPostgres;
import io.pgproxy.testkit.postgres.LocalReplica;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is the writer, by what the servers themselves say. */
@Timeout(120)
class FailoverTest {
    private final List<TopologyEvent> events = new CopyOnWriteArrayList<>();

    private Topology topology(LocalPostgres primary, LocalReplica replica) {
        return Topology.builder()
                .writer("a", primary.url("postgres"))
                .reader("b", replica.server().url("postgres"))
                .probe(Quick.PROBES)
                .listener(events::add)
                .start();
    }

    @Test
    void thePromotedReplicaIsTheWriterAndTheOldOneComesBackAsSplit(
            @WithPostgres(own = true, primary = true) LocalPostgres primary) throws Exception {
        try (LocalReplica replica = primary.startReplica();
                Topology topology = topology(primary, replica)) {
            assertThat(topology.writer()).map(Node::name).contains("a");
            assertThat(standing(topology, "b")).isEqualTo(Standing.READER);

            primary.stopImmediately();
            Patience.until("there is no writer", () -> topology.writer().isEmpty());
            assertThat(standing(topology, "a")).isEqualTo(Standing.BANNED);
            replica.promote();
            Patience.until("b is the writer", () -> isWriter(topology, "b"));

            primary.restart();
            Patience.until("a is back", () -> standing(topology, "a") == Standing.SPLIT);
            assertThat(topology.writer()).map(Node::name).contains("b");
            Patience.until("all is told", () -> events.contains(new TopologyEvent.SplitBrain("b", "a")));
            assertThat(events)
                    .filteredOn(event -> !(event instanceof TopologyEvent.Banned))
                    .containsExactly(
                            new TopologyEvent.WriterChanged(null, "a"),
                            new TopologyEvent.WriterChanged("a", "b"),
                            new TopologyEvent.Returned("a"),
                            new TopologyEvent.SplitBrain("b", "a"));
            assertThat(events).anySatisfy(event -> assertThat(event).isInstanceOf(TopologyEvent.Banned.class));
        }
    }

    private static Standing standing(Topology topology, String name) {
        return topology.state(name).orElseThrow().standing();
    }

    private static boolean isWriter(Topology topology, String name) {
        return topology.writer().filter(node -> node.name().equals(name)).isPresent();
    }
}
