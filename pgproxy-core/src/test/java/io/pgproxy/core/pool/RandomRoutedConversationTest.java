package io.pgproxy.core.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.wire.Relay;
import io.pgproxy.hook.Exchange;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.Route;
import io.pgproxy.hook.RouteHook;
import io.pgproxy.hook.Verdict;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Of several pools of one server, by which of them its exchanges go makes no difference to a client: each hears,
 * message by message, what it hears if all go by the same.
 */
@WithPostgres
class RandomRoutedConversationTest {
    /** More with this system property. */
    private static final int ROUNDS = Integer.getInteger("pgproxy.fuzz.rounds", 10);

    private static final int FIRST = Integer.getInteger("pgproxy.fuzz.first", 0);
    private static final Verdict<Route> OWN = Verdict.of(new Route.One("main"));

    private static Relay routed(TestDatabase database, PoolSettings pool, RouteHook hook) throws IOException {
        return new Relay(ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(database.url(), pool)
                .upstream("second", database.url(), pool)
                .upstream("third", database.url(), pool)
                .drainDeadline(Duration.ofSeconds(1))
                .hook("route", QueryHook.route(hook))
                .build()
                .start());
    }

    /** Goes anywhere, in one of the ways that there are to say so. */
    private static RouteHook atRandom(Random random) {
        List<List<String>> orders = List.of(
                List.of("main", "second", "third"),
                List.of("second", "third"),
                List.of("third", "main"),
                List.of("second"));
        return new RouteHook() {
            @Override
            public Verdict<Route> route(Exchange exchange) {
                List<String> names = orders.get(random.nextInt(orders.size()));
                return switch (random.nextInt(4)) {
                    case 0 -> Verdict.proceed();
                    case 1 -> Verdict.of(new Route.One(names.get(0)));
                    case 2 -> Verdict.of(new Route.AnyOf(names, Route.Pick.ROUND_ROBIN));
                    default -> Verdict.of(new Route.AnyOf(names, Route.Pick.IN_ORDER));
                };
            }

            @Override
            public boolean movesBlocks() {
                return true;
            }
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void everyAnswerIsTheSame(int connections, TestDatabase database) throws Exception {
        RandomConversation.prepare(database);
        PoolSettings pool = PoolSettings.transaction(connections);
        Random random = new Random(FIRST); // asked by one session at a time, but those of a conversation
        try (Relay straight = routed(database, pool, exchange -> OWN);
                Relay relay = routed(database, pool, atRandom(random))) {
            for (long seed = FIRST; seed < FIRST + ROUNDS; seed++) {
                RandomConversation conversation = new RandomConversation(seed);
                database.execute("TRUNCATE t");
                List<List<WireMessage>> expected = conversation.held(() -> straight.login(database));
                database.execute("TRUNCATE t");
                conversation.assertSame(conversation.held(() -> relay.login(database)), expected);
            }
            assertThat(relay.server().pools()).allMatch(view -> view.counts().taken() > ROUNDS);
        }
    }
}
