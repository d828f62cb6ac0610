package io.pgproxy.core.pool.workload;

import io.pgproxy.core.clients.Place;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Cursor;
import io.vertx.sqlclient.PreparedStatement;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The reactive client of Vert.x, with its cache of prepared statements, and many queries in flight. */
final class VertxClient implements Client {
    private static final int PATIENCE_SECONDS = 60;

    private final PgConnection connection;
    private @Nullable Transaction transaction;

    private VertxClient(PgConnection connection) {
        this.connection = connection;
    }

    static VertxClient at(Vertx vertx, Place place) throws Exception {
        return new VertxClient(await(PgConnection.connect(
                vertx,
                new PgConnectOptions()
                        .setHost(place.host())
                        .setPort(place.port())
                        .setDatabase(place.database())
                        .setUser(place.user())
                        .setPassword(place.password())
                        .setPipeliningLimit(64)
                        .setCachePreparedStatements(true))));
    }

    @Override
    public List<List<String>> ask(String sql, String... parameters) throws Exception {
        return rows(await(send(Query.of(sql, parameters))));
    }

    @Override
    public void begin() throws Exception {
        transaction = await(connection.begin());
    }

    @Override
    public void commit() throws Exception {
        if (transaction != null) {
            await(transaction.commit());
            transaction = null;
        }
    }

    @Override
    public void rollback() throws Exception {
        if (transaction != null) {
            await(transaction.rollback());
            transaction = null;
        }
    }

    /** They are all sent before the first answer is read. */
    @Override
    public List<Outcome> askTogether(List<Query> queries) throws Exception {
        List<Future<RowSet<Row>>> inFlight = queries.stream().map(this::send).toList();
        List<Outcome> outcomes = new ArrayList<>();
        for (Future<RowSet<Row>> one : inFlight) {
            outcomes.add(Outcome.of(() -> rows(await(one))));
        }
        return outcomes;
    }

    @Override
    public void askForEach(String sql, List<List<String>> parameters) throws Exception {
        await(connection
                .preparedQuery(sql)
                .executeBatch(parameters.stream().map(VertxClient::tuple).toList()));
    }

    @Override
    public List<List<String>> askInPortions(int size, String sql, String... parameters) throws Exception {
        List<List<String>> rows = new ArrayList<>();
        PreparedStatement statement = await(connection.prepare(sql));
        Cursor cursor = statement.cursor(tuple(List.of(parameters)));
        do {
            rows.addAll(rows(await(cursor.read(size))));
        } while (cursor.hasMore());
        await(cursor.close());
        await(statement.close());
        return rows;
    }

    @Override
    public boolean copiesIn() {
        return false;
    }

    @Override
    public boolean copiesOut() {
        return false;
    }

    @Override
    public void abort() throws Exception {
        await(connection.close());
    }

    @Override
    public void close() throws Exception {
        await(connection.close());
    }

    private Future<RowSet<Row>> send(Query query) {
        return query.parameters().isEmpty()
                ? connection.query(query.sql()).execute()
                : connection.preparedQuery(query.sql()).execute(tuple(query.parameters()));
    }

    private static Tuple tuple(List<String> parameters) {
        return Tuple.wrap(new ArrayList<Object>(parameters));
    }

    private static List<List<String>> rows(RowSet<Row> result) {
        List<List<String>> rows = new ArrayList<>();
        for (Row row : result) {
            List<String> values = new ArrayList<>();
            for (int i = 0; i < row.size(); i++) {
                Object value = row.getValue(i);
                values.add(value instanceof Boolean truth ? (truth ? "t" : "f") : String.valueOf(value));
            }
            rows.add(values);
        }
        return rows;
    }

    private static <T> T await(Future<T> future) throws Exception {
        try {
            return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PgException error) {
                throw new Refused(error.getSqlState(), error.getErrorMessage(), error.getDetail());
            }
            throw e;
        }
    }
}
