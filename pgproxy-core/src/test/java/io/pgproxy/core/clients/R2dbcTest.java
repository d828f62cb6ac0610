package io.pgproxy.core.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlResult;
import io.r2dbc.postgresql.api.PostgresqlStatement;
import io.r2dbc.spi.R2dbcException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;

/** The reactive driver r2dbc-postgresql. */
@WithPostgres
class R2dbcTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static LoopResources loops;
    private static Twice twice;

    @BeforeAll
    static void start(TestDatabase database) throws Exception {
        loops = LoopResources.create("r2dbc", 1, true);
        twice = Twice.in(database);
    }

    @AfterAll
    static void stop() throws Exception {
        loops.disposeLater(Duration.ZERO, PATIENCE).block(PATIENCE);
        Schedulers.shutdownNow();
        twice.close();
    }

    @Test
    void queriesInFlightOnOneConnection() throws Exception {
        String seen = twice.sees((place, out) -> {
            PostgresqlConnection connection = connect(place);
            List<String> answers = Flux.range(0, 300)
                    .flatMapSequential(
                            i -> shown(connection
                                    .createStatement("SELECT $1::int, repeat('x', $1::int), 300 / (150 - $1::int)")
                                    .bind("$1", i)),
                            256,
                            1)
                    .collectList()
                    .block(PATIENCE);
            answers.forEach(out::say);
            close(connection);
        });

        assertThat(seen.lines()).hasSize(300).element(150).isEqualTo("22012 division by zero");
        assertThat(seen.lines()).element(299).asString().startsWith("299|xxx");
    }

    @Test
    void statementsTransactionsAndErrors() throws Exception {
        String seen = twice.sees((place, out) -> {
            PostgresqlConnection connection = connect(place);
            out.say(all(shown(connection.createStatement("SELECT 1; SELECT 'two', 2"))));
            PostgresqlStatement insert =
                    connection.createStatement("INSERT INTO shop.customers (id, name) VALUES ($1, $2) RETURNING id");
            IntStream.range(0, 20)
                    .forEach(i -> insert.bind("$1", 700 + i).bind("$2", "r" + i).add());
            insert.bind("$1", 720).bind("$2", "last");
            out.say(all(shown(insert)));
            connection.beginTransaction().block(PATIENCE);
            out.say(all(shown(connection.createStatement("SELECT broken"))));
            out.say(all(shown(connection.createStatement("SELECT 1"))));
            connection.rollbackTransaction().block(PATIENCE);
            out.say(all(shown(connection
                    .createStatement("SELECT id FROM shop.customers ORDER BY id")
                    .fetchSize(10))));
            out.say(all(shown(connection
                            .createStatement("SELECT i FROM generate_series(1, 100000) i")
                            .fetchSize(7))
                    .take(20)));
            out.say(all(shown(connection.createStatement("SELECT count(*) FROM shop.orders"))));
            close(connection);
        });

        assertThat(seen).contains("two|2|", "42703", "25P02", "720|", "300|");
    }

    @Test
    void copyAndNotifications() throws Exception {
        String seen = twice.sees((place, out) -> {
            PostgresqlConnection connection = connect(place);
            PostgresqlConnection listener = connect(place);
            all(shown(listener.createStatement("LISTEN news")));
            all(shown(connection.createStatement("CREATE TABLE c (i int, t text)")));
            Flux<ByteBuf> lines =
                    Flux.range(0, 1_000).map(i -> Unpooled.copiedBuffer(i + "\trow\n", StandardCharsets.UTF_8));
            out.say(connection.copyIn("COPY c FROM STDIN", lines).block(PATIENCE));
            out.say(connection
                    .copyIn("COPY c FROM STDIN", Mono.just(Unpooled.wrappedBuffer(ByteBuffer.wrap(new byte[] {'x', '\n'
                    }))))
                    .map(String::valueOf)
                    .onErrorResume(R2dbcException.class, error -> Mono.just(error.getSqlState()))
                    .block(PATIENCE));
            out.say(all(shown(connection.createStatement("SELECT count(*), sum(i) FROM c"))));
            Mono<String> heard = listener.getNotifications()
                    .map(one -> one.getName() + " " + one.getParameter())
                    .next()
                    .cache();
            var subscription = heard.subscribe();
            all(shown(connection.createStatement("NOTIFY news, 'hello'")));
            out.say(heard.block(PATIENCE));
            subscription.dispose();
            close(listener);
            close(connection);
        });

        assertThat(seen).contains("1000\n", "22P02", "1000|499500|", "news hello");
    }

    private static PostgresqlConnection connect(Place place) {
        return new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                        .host(place.host())
                        .port(place.port())
                        .database(place.database())
                        .username(place.user())
                        .password(place.password())
                        .loopResources(loops)
                        .build())
                .create()
                .block(PATIENCE);
    }

    private static void close(PostgresqlConnection connection) {
        connection.close().block(PATIENCE);
    }

    private static List<String> all(Flux<String> answers) {
        return answers.collectList().block(PATIENCE);
    }

    /** One line for each row; an error is a line too. */
    private static Flux<String> shown(PostgresqlStatement statement) {
        return statement
                .execute()
                .concatMap(R2dbcTest::rows)
                .onErrorResume(
                        R2dbcException.class, error -> Mono.just(error.getSqlState() + " " + error.getMessage()));
    }

    private static Flux<String> rows(PostgresqlResult result) {
        return result.map((row, columns) -> {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns.getColumnMetadatas().size(); i++) {
                line.append(row.get(i)).append('|');
            }
            return line.toString();
        });
    }
}
