package io.pgproxy.hook;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.ProxyServerBuilder;
import io.pgproxy.hook.ServedConversation.SqlNames;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A client that is served from recordings hears, message by message, what the server itself says. */
@WithPostgres
class RandomServedConversationTest {
    /** More with this system property. */
    private static final int ROUNDS = Integer.getInteger("pgproxy.fuzz.rounds", 6);

    private static final int FIRST = Integer.getInteger("pgproxy.fuzz.first", 0);

    private final TestDatabase database;

    RandomServedConversationTest(TestDatabase database) {
        this.database = database;
    }

    /** What stands between client and server besides the recordings. */
    enum Way {
        PLAIN,
        POOLED,
        ROUTED,
        SPREAD,
        LIMITED,
        MASKED;

        /**
         * What a limit may cut off runs in a block of the proxy's, where a ROLLBACK by EXECUTE does not warn; and what
         * SQL prepares is where that went.
         */
        SqlNames sqlNames() {
            return switch (this) {
                case LIMITED -> SqlNames.NONE;
                case SPREAD -> SqlNames.OF_PARSE;
                default -> SqlNames.ANY;
            };
        }

        private static Verdict<Route> readsElsewhere(Exchange exchange) {
            boolean reads = exchange.statements().stream()
                    .allMatch(statement -> statement.sql().startsWith("SELECT a"));
            return reads ? Verdict.of(new Route.One("other")) : Verdict.proceed();
        }

        void build(ProxyServerBuilder builder, TestDatabase database) {
            if (this == POOLED) {
                builder.upstream(database.url(), PoolSettings.transaction(1));
                return;
            }
            builder.upstream(database.url());
            switch (this) {
                case ROUTED -> {
                    builder.upstream("other", database.url());
                    builder.hook("route", QueryHook.route(exchange -> Verdict.of(new Route.One("other"))));
                }
                case SPREAD -> {
                    builder.upstream("other", database.url());
                    builder.hook("route", QueryHook.route(Way::readsElsewhere));
                }
                case LIMITED -> builder.hook("limit", QueryHook.admit(execution -> Verdict.of(Terms.rows(1000))));
                case MASKED ->
                    builder.hook(
                            "mask",
                            QueryHook.transform((statement, columns) -> RowTransform.each(row -> {
                                if (columns.size() == 17) {
                                    row.drop();
                                }
                            })));
                default -> {
                    // nothing
                }
            }
        }
    }

    private static boolean isRead(Execution execution) {
        String sql = execution.statement().sql();
        return sql.contains("kept") && (sql.startsWith("SELECT") || sql.startsWith("TABLE"));
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void everyAnswerIsTheServers(Way way) throws Exception {
        ServedConversation.prepare(database);
        AtomicInteger served = new AtomicInteger();
        ProxyServerBuilder builder = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .eventLoops(1)
                .drainDeadline(Duration.ofSeconds(1))
                .hook("shelf", new Shelf(RandomServedConversationTest::isRead))
                .hook("watch", QueryHook.observe((execution, outcome) -> {
                    if (outcome.source() == Outcome.Source.CACHE) {
                        served.incrementAndGet();
                    }
                }));
        way.build(builder, database);
        try (ProxyServer server = builder.build().start()) {
            for (long seed = FIRST; seed < FIRST + ROUNDS; seed++) {
                ServedConversation conversation = new ServedConversation(seed, way.sqlNames());
                List<List<WireMessage>> direct = held(conversation, database.port());
                conversation.assertSame(way + " at first", held(conversation, server.port()), direct);
                conversation.assertSame(way + " and again", held(conversation, server.port()), direct);
            }
        }
        assertThat(served.get()).isGreaterThan(ROUNDS);
    }

    private List<List<WireMessage>> held(ServedConversation conversation, int port) throws IOException {
        try (ScriptedClient client = ScriptedClient.connect("127.0.0.1", port)) {
            client.login(database.user(), database.password(), database.name());
            return conversation.held(client);
        }
    }
}
