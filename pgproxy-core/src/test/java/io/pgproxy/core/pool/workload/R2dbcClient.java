package io.pgproxy.core.pool.workload;

import io.netty.buffer.Unpooled;
import io.pgproxy.core.clients.Place;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.ErrorDetails;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlException;
import io.r2dbc.postgresql.api.PostgresqlResult;
import io.r2dbc.postgresql.api.PostgresqlStatement;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/** The reactive driver r2dbc-postgresql, whose statements with parameters have names. */
final class R2dbcClient implements Client {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final PostgresqlConnection connection;

    private R2dbcClient(PostgresqlConnection connection) {
        this.connection = connection;
    }

    static R2dbcClient at(LoopResources loops, Place place) throws Exception {
        return new R2dbcClient(await(new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                        .host(place.host())
                        .port(place.port())
                        .database(place.database())
                        .username(place.user())
                        .password(place.password())
                        .loopResources(loops)
                        .build())
                .create()));
    }

    @Override
    public List<List<String>> ask(String sql, String... parameters) throws Exception {
        return await(rows(bound(connection.createStatement(sql), List.of(parameters))));
    }

    @Override
    public void begin() throws Exception {
        await(connection.beginTransaction());
    }

    @Override
    public void commit() throws Exception {
        await(connection.commitTransaction());
    }

    @Override
    public void rollback() throws Exception {
        await(connection.rollbackTransaction());
    }

    /** They are all subscribed to before the first answer is read. */
    @Override
    public List<Outcome> askTogether(List<Query> queries) throws Exception {
        return await(Flux.fromIterable(queries)
                .flatMapSequential(
                        query -> rows(bound(connection.createStatement(query.sql()), query.parameters()))
                                .map(rows -> new Outcome(rows, null))
                                .onErrorResume(R2dbcClient::outcome),
                        queries.size())
                .collectList());
    }

    @Override
    public void askForEach(String sql, List<List<String>> parameters) throws Exception {
        PostgresqlStatement statement = connection.createStatement(sql);
        for (int i = 0; i < parameters.size(); i++) {
            if (i > 0) {
                statement.add();
            }
            bound(statement, parameters.get(i));
        }
        await(rows(statement));
    }

    @Override
    public List<List<String>> askInPortions(int size, String sql, String... parameters) throws Exception {
        return await(
                rows(bound(connection.createStatement(sql), List.of(parameters)).fetchSize(size)));
    }

    @Override
    public boolean copiesOut() {
        return false;
    }

    @Override
    public void copyIn(String sql, String lines) throws Exception {
        await(connection.copyIn(sql, Mono.fromSupplier(() -> Unpooled.copiedBuffer(lines, StandardCharsets.UTF_8))));
    }

    @Override
    public void abort() throws Exception {
        close();
    }

    @Override
    public void close() throws Exception {
        await(connection.close());
    }

    private static PostgresqlStatement bound(PostgresqlStatement statement, List<String> parameters) {
        for (int i = 0; i < parameters.size(); i++) {
            statement.bind(i, parameters.get(i));
        }
        return statement;
    }

    private static Mono<List<List<String>>> rows(PostgresqlStatement statement) {
        return statement.execute().concatMap(R2dbcClient::rows).collectList();
    }

    private static Flux<List<String>> rows(PostgresqlResult result) {
        return result.map((row, columns) -> {
            List<String> values = new ArrayList<>();
            for (int i = 0; i < columns.getColumnMetadatas().size(); i++) {
                Object value = row.get(i);
                values.add(value instanceof Boolean truth ? (truth ? "t" : "f") : String.valueOf(value));
            }
            return values;
        });
    }

    private static Mono<Outcome> outcome(Throwable error) {
        Refused refused = refused(error);
        return refused == null ? Mono.error(error) : Mono.just(new Outcome(List.of(), refused));
    }

    private static @Nullable Refused refused(Throwable error) {
        if (error instanceof PostgresqlException fromServer) {
            ErrorDetails details = fromServer.getErrorDetails();
            return new Refused(
                    details.getCode(), details.getMessage(), details.getDetail().orElse(null));
        }
        return null;
    }

    private static <T> @Nullable T await(Mono<T> mono) throws Exception {
        try {
            return mono.block(PATIENCE);
        } catch (RuntimeException e) {
            Refused refused = refused(e);
            throw refused == null ? e : refused;
        }
    }
}
