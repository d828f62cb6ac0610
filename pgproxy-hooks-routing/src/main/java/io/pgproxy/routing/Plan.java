package io.pgproxy.routing;

import io.pgproxy.hook.Route;
import io.pgproxy.hook.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Chooses among the readers of one {@link View}; sets of them are bits by their index. Verdicts are made when they are
 * first needed and kept.
 */
final class Plan {
    private static final int MOST_SETS = 16;

    private final View view;
    private final String writer;
    private final Balance balance;
    private final AtomicInteger[] inFlight;
    private final int[] turns;
    private int start;
    private volatile Orders[] known = new Orders[0];

    /** The verdicts for one set of readers, by the reader that comes first. */
    @SuppressWarnings("ArrayRecordComponent") // read by index, and never compared
    private record Orders(long set, Verdict<Route>[] byFirst) {}

    Plan(View view, String writer, Balance balance, InFlightCounters counters) {
        this.view = view;
        this.writer = writer;
        this.balance = balance;
        Watched[] readers = view.readers();
        this.turns = new int[readers.length];
        this.inFlight = new AtomicInteger[readers.length];
        for (int i = 0; i < readers.length; i++) {
            inFlight[i] = counters.of(readers[i].name());
        }
    }

    View view() {
        return view;
    }

    AtomicInteger inFlight(int reader) {
        return inFlight[reader];
    }

    /** The verdict that has a reader first, then the others of a set, then the writer. */
    Verdict<Route> verdict(long set, int first) {
        for (Orders orders : known) {
            if (orders.set == set) {
                return orders.byFirst[first];
            }
        }
        return add(set).byFirst[first];
    }

    private synchronized Orders add(long set) {
        Orders added = new Orders(set, orders(set));
        Orders[] before = known;
        int kept = Math.min(before.length, MOST_SETS - 1); // the oldest goes
        Orders[] after = new Orders[kept + 1];
        after[0] = added;
        System.arraycopy(before, 0, after, 1, kept);
        known = after;
        return added;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of verdicts
    private Verdict<Route>[] orders(long set) {
        Verdict<Route>[] orders = new Verdict[inFlight.length];
        for (int i = 0; i < orders.length; i++) {
            orders[i] = has(set, i) ? Verdict.of(order(set, i)) : Verdict.proceed();
        }
        return orders;
    }

    private Route order(long set, int first) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < inFlight.length; i++) {
            int reader = (first + i) % inFlight.length;
            if (has(set, reader)) {
                names.add(view.readers()[reader].name());
            }
        }
        if (!names.contains(writer)) {
            names.add(writer);
        }
        return new Route.AnyOf(names, Route.Pick.IN_ORDER);
    }

    /** Chooses one of a set that is not empty. */
    int choose(long set) {
        if ((set & (set - 1)) == 0) {
            return Long.numberOfTrailingZeros(set);
        }
        return switch (balance) {
            case ROUND_ROBIN -> next(set);
            case RANDOM -> byChance(set);
            case LEAST_CONNECTIONS -> leastUsed(set);
        };
    }

    /**
     * Each gains its weight, the one that has most is chosen, and pays for all: nobody gets its share at one stroke.
     */
    private synchronized int next(long set) {
        int chosen = -1;
        int total = 0;
        for (int i = 0; i < turns.length; i++) {
            if (has(set, i)) {
                turns[i] += weight(i);
                total += weight(i);
                if (chosen < 0 || turns[i] > turns[chosen]) {
                    chosen = i;
                }
            }
        }
        turns[chosen] -= total;
        return chosen;
    }

    private int byChance(long set) {
        int total = 0;
        for (int i = 0; i < turns.length; i++) {
            total += has(set, i) ? weight(i) : 0;
        }
        int rest = ThreadLocalRandom.current().nextInt(total);
        int chosen = -1;
        for (int i = 0; i < turns.length && rest >= 0; i++) {
            if (has(set, i)) {
                rest -= weight(i);
                chosen = i;
            }
        }
        return chosen;
    }

    /** Of those with the same load each is first in its turn. */
    private synchronized int leastUsed(long set) {
        int chosen = -1;
        start = start + 1 == inFlight.length ? 0 : start + 1;
        for (int i = 0; i < inFlight.length; i++) {
            int reader = (start + i) % inFlight.length;
            if (has(set, reader) && (chosen < 0 || isLess(reader, chosen))) {
                chosen = reader;
            }
        }
        return chosen;
    }

    private boolean isLess(int one, int other) {
        return (inFlight[one].get() + 1L) * weight(other) < (inFlight[other].get() + 1L) * weight(one);
    }

    private int weight(int reader) {
        return view.readers()[reader].node.weight();
    }

    private static boolean has(long set, int reader) {
        return (set >>> reader & 1) != 0;
    }
}
