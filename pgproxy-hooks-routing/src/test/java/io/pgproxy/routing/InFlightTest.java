package io.pgproxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.hook.Exchange;
import io.pgproxy.hook.Execution;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class InFlightTest {
    private final InFlight inFlight = new InFlight();
    private final AtomicInteger counter = new AtomicInteger();

    /** Exchanges know their executions, and these their exchange: nothing else is asked here. */
    private static Exchange exchange(int executions) {
        List<Execution> all = new ArrayList<>();
        Exchange exchange = (Exchange) Proxy.newProxyInstance(
                Exchange.class.getClassLoader(), new Class<?>[] {Exchange.class}, (p, m, a) -> all);
        for (int i = 0; i < executions; i++) {
            all.add((Execution) Proxy.newProxyInstance(
                    Execution.class.getClassLoader(),
                    new Class<?>[] {Execution.class},
                    (p, m, a) -> m.getName().equals("exchange") ? exchange : p == a[0]));
        }
        return exchange;
    }

    @Test
    void anExchangeIsGivenBackWithItsLastExecution() {
        Exchange two = exchange(2);
        inFlight.add(two, counter);
        inFlight.ended(two.executions().get(0));
        assertThat(counter).hasValue(1);
        inFlight.ended(two.executions().get(1));
        assertThat(counter).hasValue(0);
        inFlight.ended(two.executions().get(1));
        assertThat(counter).hasValue(0);
    }

    @Test
    void withALaterOneThoseBeforeItHaveEnded() {
        List<Exchange> many = new ArrayList<>();
        for (int i = 0; i < 21; i++) {
            many.add(exchange(2));
            inFlight.add(many.get(i), counter);
        }
        assertThat(counter).hasValue(21);
        inFlight.ended(many.get(10).executions().get(0));
        assertThat(counter).hasValue(11);
        inFlight.ended(many.get(3).executions().get(1));
        assertThat(counter).hasValue(11);
        for (int i = 21; i < 30; i++) {
            many.add(exchange(1));
            inFlight.add(many.get(i), counter);
        }
        assertThat(counter).hasValue(20);
        inFlight.ended(many.get(29).executions().get(0));
        assertThat(counter).hasValue(0);
    }

    @Test
    void theEndOfASessionGivesBackAll() {
        for (int i = 0; i < 7; i++) {
            inFlight.add(exchange(1), counter);
        }
        inFlight.endAll();
        inFlight.endAll();
        assertThat(counter).hasValue(0);
    }
}
