package io.pgproxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.hook.Route;
import io.pgproxy.hook.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlanTest {
    private static final long ALL = 0b111;

    private final InFlightCounters counters = new InFlightCounters();

    private Plan plan(Balance balance, int... weights) {
        Watched[] readers = IntStream.range(0, weights.length)
                .mapToObj(i -> new Watched(new Node("r" + i, Servers.url("r" + i), Node.Role.READER, weights[i])))
                .toArray(Watched[]::new);
        return new Plan(new View(null, readers, new WriterSamples(0)), "main", balance, counters);
    }

    @Test
    void turnsFollowWeightsAndAreSpread() {
        Plan plan = plan(Balance.ROUND_ROBIN, 5, 1, 1);
        List<Integer> chosen = new ArrayList<>();
        for (int i = 0; i < 14; i++) {
            chosen.add(plan.choose(ALL));
        }
        assertThat(chosen).containsExactly(0, 0, 1, 0, 2, 0, 0, 0, 0, 1, 0, 2, 0, 0);
    }

    @Test
    void whoIsNotEligibleIsNotChosen() {
        for (Balance balance : Balance.values()) {
            Plan plan = plan(balance, 5, 1, 1);
            for (int i = 0; i < 100; i++) {
                assertThat(plan.choose(0b110)).isIn(1, 2);
                assertThat(plan.choose(0b010)).isEqualTo(1);
            }
        }
    }

    @Test
    void chanceFollowsWeights() {
        Plan plan = plan(Balance.RANDOM, 8, 1, 1);
        int[] chosen = new int[3];
        for (int i = 0; i < 10_000; i++) {
            chosen[plan.choose(ALL)]++;
        }
        // Ten standard deviations: 400 and 300.
        assertThat(chosen[0]).isBetween(7600, 8400);
        assertThat(chosen[1]).isBetween(700, 1300);
        assertThat(chosen[2]).isBetween(700, 1300);
    }

    @Test
    void theLeastUsedByItsWeightIsChosen() {
        Plan plan = plan(Balance.LEAST_CONNECTIONS, 2, 1, 1);
        int[] chosen = new int[3];
        for (int i = 0; i < 40; i++) {
            int reader = plan.choose(ALL);
            plan.inFlight(reader).incrementAndGet();
            chosen[reader]++;
        }
        assertThat(chosen).containsExactly(20, 10, 10);
    }

    @Test
    void theOthersAndTheWriterAreForWhenTheFirstCannotBeReached() {
        Plan plan = plan(Balance.ROUND_ROBIN, 1, 1, 1);
        assertThat(plan.verdict(ALL, 1)).isEqualTo(inOrder("r1", "r2", "r0", "main"));
        assertThat(plan.verdict(0b101, 2)).isEqualTo(inOrder("r2", "r0", "main"));
        assertThat(plan.verdict(ALL, 1)).isSameAs(plan.verdict(ALL, 1));
    }

    @Test
    void soManySetsAreKeptAndNoMore() {
        Plan plan =
                plan(Balance.ROUND_ROBIN, IntStream.generate(() -> 1).limit(63).toArray());
        for (int i = 0; i < 63; i++) {
            long set = 1L << i | 1L << 62;
            assertThat(plan.verdict(set, i)).isSameAs(plan.verdict(set, i));
        }
        assertThat(plan.verdict(-1L >>> 1, 62)).isSameAs(plan.verdict(-1L >>> 1, 62));
    }

    private static Verdict<Route> inOrder(String... names) {
        return Verdict.of(new Route.AnyOf(List.of(names), Route.Pick.IN_ORDER));
    }
}
