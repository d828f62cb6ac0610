package io.pgproxy.cache.drivers;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlStatement;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/**
 * The reactive driver r2dbc-postgresql.
 *
 * @param loops carry it
 * @param binary whether it asks for binary results even where it has no parameters
 */
record R2dbcReads(LoopResources loops, boolean binary) implements Reads {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String BY_ID = "select * from kinds where id = $1";

    @Override
    public void run(Place place) {
        PostgresqlConnection connection = new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                        .host(Place.HOST)
                        .port(place.port())
                        .database(place.database())
                        .username(place.user())
                        .password(place.password())
                        .forceBinary(binary)
                        .loopResources(loops)
                        .build())
                .create()
                .block(PATIENCE);
        Stream.concat(Content.PLAIN.stream(), Stream.of(Content.ODD, Content.NO_COLUMNS, Content.ODD))
                .forEach(text -> read(connection.createStatement(text)));
        for (int i = 0; i < 8; i++) {
            read(connection.createStatement(BY_ID).bind(0, i % 4));
            read(connection.createStatement(BY_ID).bindNull(0, Integer.class));
        }
        read(connection.createStatement(BY_ID).bind(0, 1).add().bind(0, 2).add().bind(0, 1));
        read(connection
                .createStatement("select id, num, bin from kinds where num > $1 and txt like $2 and id = any($3)")
                .bind(0, 0.5)
                .bind(1, "%")
                .bind(2, new Integer[] {1, 2, 3}));
        read(connection.createStatement("select 1; " + Content.KINDS + "; table many"));
        refused(connection.createStatement(Content.ERROR));
        inFlight(connection);
        inBlock(connection);
        connection.close().block(PATIENCE);
    }

    private static void inFlight(PostgresqlConnection connection) {
        await(Flux.range(0, 40)
                .flatMapSequential(
                        i -> rows(
                                i % 4 == 3
                                        ? connection.createStatement(Content.NEVER_KEPT)
                                        : connection.createStatement(BY_ID).bind(0, i % 4)),
                        40));
    }

    private static void inBlock(PostgresqlConnection connection) {
        await(connection.beginTransaction());
        read(connection.createStatement(Content.KINDS));
        read(connection.createStatement(BY_ID).bind(0, 1));
        for (int size : List.of(7, 10, 50, 100)) {
            read(connection.createStatement(Content.MANY).fetchSize(size));
            read(connection
                    .createStatement("select * from many where id <> $1")
                    .bind(0, 50)
                    .fetchSize(size));
        }
        await(rows(connection
                        .createStatement("select * from many where id <> $1")
                        .bind(0, 50)
                        .fetchSize(5))
                .take(3));
        await(connection.commitTransaction());
        await(connection.beginTransaction(IsolationLevel.READ_COMMITTED));
        read(connection.createStatement(Content.KINDS));
        refused(connection.createStatement(Content.ERROR));
        refused(connection.createStatement(Content.KINDS));
        await(connection.rollbackTransaction());
    }

    private static void read(PostgresqlStatement statement) {
        await(rows(statement));
    }

    private static void refused(PostgresqlStatement statement) {
        await(rows(statement)
                .then(Mono.error(new AssertionError("no error")))
                .onErrorResume(R2dbcException.class, error -> Mono.empty()));
    }

    /** Rows are read as they are; what they would be decoded to is all the same here. */
    private static Flux<Integer> rows(PostgresqlStatement statement) {
        return statement.execute().concatMap(result -> result.map((row, columns) -> 1));
    }

    private static void await(Publisher<?> answer) {
        Flux.from(answer).blockLast(PATIENCE);
    }
}
