package io.pgproxy.routing;

import io.pgproxy.hook.Exchange;
import io.pgproxy.hook.Execution;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The exchanges of one session that readers work on, oldest first. Each is given back with its last execution, which
 * ends last. A ring that grows; on the session's event loop only.
 */
final class InFlight {
    private @Nullable Exchange[] exchanges = new @Nullable Exchange[4];
    private @Nullable AtomicInteger[] counters = new @Nullable AtomicInteger[4];
    private int first;
    private int count;

    void add(Exchange exchange, AtomicInteger counter) {
        if (count == exchanges.length) {
            grow();
        }
        int at = (first + count++) & (exchanges.length - 1);
        exchanges[at] = exchange;
        counters[at] = counter;
        counter.incrementAndGet();
    }

    /** An execution has ended, and with it all exchanges before its own; its own if it is the last one there. */
    void ended(Execution execution) {
        for (int i = 0; i < count; i++) {
            Exchange exchange = exchanges[(first + i) & (exchanges.length - 1)];
            if (exchange == execution.exchange()) {
                giveBack(isLast(execution, exchange) ? i + 1 : i);
                return;
            }
        }
    }

    private static boolean isLast(Execution execution, Exchange exchange) {
        List<Execution> all = exchange.executions();
        return all.get(all.size() - 1) == execution;
    }

    /** The session has ended. */
    void endAll() {
        giveBack(count);
    }

    private void giveBack(int many) {
        for (int i = 0; i < many; i++) {
            AtomicInteger counter = counters[first];
            if (counter != null) {
                counter.decrementAndGet();
            }
            exchanges[first] = null;
            counters[first] = null;
            first = (first + 1) & (exchanges.length - 1);
        }
        count -= many;
    }

    private void grow() {
        int size = exchanges.length;
        @Nullable Exchange[] moreExchanges = new @Nullable Exchange[size * 2];
        @Nullable AtomicInteger[] moreCounters = new @Nullable AtomicInteger[size * 2];
        for (int i = 0; i < count; i++) {
            int at = (first + i) & (size - 1);
            moreExchanges[i] = exchanges[at];
            moreCounters[i] = counters[at];
        }
        exchanges = moreExchanges;
        counters = moreCounters;
        first = 0;
    }
}
