package io.pgproxy.core.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.PreparedStatement;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The reactive client of Vert.x, which has hundreds of queries in flight on one connection. */
@WithPostgres
class VertxPgClientTest {
    private static Vertx vertx;
    private static Twice twice;

    @BeforeAll
    static void start(TestDatabase database) throws Exception {
        vertx = Vertx.vertx();
        twice = Twice.in(database);
    }

    @AfterAll
    static void stop() throws Exception {
        await(vertx.close());
        twice.close();
    }

    @Test
    void preparedQueriesInFlightAreAnsweredInOrder() throws Exception {
        String seen = twice.sees((place, out) -> {
            PgConnection connection = connect(place);
            List<String> answers = new ArrayList<>();
            List<Future<?>> all = IntStream.range(0, 600)
                    .<Future<?>>mapToObj(i -> noted(
                            connection
                                    .preparedQuery(
                                            "SELECT $1::int AS i, repeat('x', $1::int) AS x, 600 / (300 - $1::int)")
                                    .execute(Tuple.of(i)),
                            i,
                            answers))
                    .toList();
            await(Future.join(all));
            answers.forEach(out::say);
            await(connection.close());
        });

        assertThat(seen.lines()).hasSize(600).element(300).isEqualTo("300 ERROR 22012 division by zero");
        assertThat(seen.lines())
                .element(599)
                .asString()
                .startsWith("599 [599, xxx")
                .endsWith(", -2]");
    }

    @Test
    void simpleAndPreparedQueriesMixWithErrors() throws Exception {
        String seen = twice.sees((place, out) -> {
            PgConnection connection = connect(place);
            List<String> answers = new ArrayList<>();
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                all.add(noted(
                        switch (i % 5) {
                            case 0 -> connection.query("SELECT " + i).execute();
                            case 1 ->
                                connection.preparedQuery("SELECT $1::text").execute(Tuple.of("text " + i));
                            case 2 -> connection.query("SELECT nothing" + i).execute();
                            case 3 ->
                                connection.preparedQuery("SELECT broken" + i).execute(Tuple.tuple());
                            default ->
                                connection
                                        .preparedQuery(
                                                "UPDATE shop.orders SET price = price + 1 WHERE id = $1 RETURNING id, price")
                                        .execute(Tuple.of(1 + i % 3));
                        },
                        i,
                        answers));
            }
            await(Future.join(all).otherwiseEmpty());
            answers.forEach(out::say);
            await(connection.close());
        });

        assertThat(seen.lines()).hasSize(300);
        assertThat(seen).contains("0 [0]", "1 [text 1]", "2 ERROR 42703", "3 ERROR 42703", "4 [2, 201]");
    }

    @Test
    void batchesAndPortionsOfACursor() throws Exception {
        String seen = twice.sees((place, out) -> {
            PgConnection connection = connect(place);
            List<Tuple> batch = IntStream.range(0, 500)
                    .mapToObj(i -> Tuple.of(1_000 + i, "batch " + i))
                    .toList();
            RowSet<Row> inserted = await(connection
                    .preparedQuery("INSERT INTO shop.customers (id, name) VALUES ($1, $2) RETURNING id")
                    .executeBatch(batch));
            int results = 0;
            for (RowSet<Row> one = inserted; one != null; one = one.next()) {
                results++;
            }
            out.say("results", results);
            List<Tuple> twiceTheSame = List.of(Tuple.of(1, "a"), Tuple.of(9_999, "b"));
            out.say(await(noted(
                    connection
                            .preparedQuery("INSERT INTO shop.customers (id, name) VALUES ($1, $2)")
                            .executeBatch(twiceTheSame),
                    0,
                    new ArrayList<>())));
            var transaction = await(connection.begin());
            PreparedStatement statement = await(connection.prepare("SELECT id FROM shop.customers ORDER BY id"));
            var cursor = statement.cursor();
            int rows = 0;
            do {
                RowSet<Row> portion = await(cursor.read(50));
                rows += portion.size();
                out.say(portion.size());
            } while (cursor.hasMore());
            out.say("rows", rows);
            await(cursor.close());
            await(statement.close());
            await(transaction.commit());
            await(connection.close());
        });

        assertThat(seen).contains("results: 500", "23505", "rows: 541");
    }

    @Test
    void aRunningQueryIsCancelled() throws Exception {
        String seen = twice.sees((place, out) -> {
            PgConnection connection = connect(place);
            PgConnection watcher = connect(place);
            List<String> answers = new ArrayList<>();
            Future<?> sleeping = noted(connection.query("SELECT pg_sleep(30)").execute(), 0, answers);
            while (await(watcher.query("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
                                            + " AND datname = current_database()")
                                    .execute())
                            .rowCount()
                    == 0) {
                Thread.onSpinWait();
            }
            await(connection.cancelRequest());
            await(sleeping);
            await(noted(connection.query("SELECT 'next'").execute(), 1, answers));
            answers.forEach(out::say);
            await(watcher.close());
            await(connection.close());
        });

        assertThat(seen).contains("0 ERROR 57014", "1 [next]");
    }

    private static PgConnection connect(Place place) throws Exception {
        return await(PgConnection.connect(
                vertx,
                new PgConnectOptions()
                        .setHost(place.host())
                        .setPort(place.port())
                        .setDatabase(place.database())
                        .setUser(place.user())
                        .setPassword(place.password())
                        .setPipeliningLimit(256)
                        .setCachePreparedStatements(true)));
    }

    /** Notes an answer when it comes, be it rows or an error, so that the list has the order of arrival. */
    private static Future<String> noted(Future<RowSet<Row>> answer, int number, List<String> answers) {
        return answer.map(VertxPgClientTest::shown)
                .otherwise(VertxPgClientTest::shown)
                .map(shown -> number + " " + shown)
                .onSuccess(answers::add);
    }

    private static String shown(RowSet<Row> rows) {
        List<Object> values = new ArrayList<>();
        for (Row row : rows) {
            for (int i = 0; i < row.size(); i++) {
                values.add(row.getValue(i));
            }
        }
        return values.toString();
    }

    private static String shown(Throwable error) {
        return error instanceof PgException refused
                ? refused.getSeverity() + " " + refused.getSqlState() + " " + refused.getErrorMessage()
                : error.toString();
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
