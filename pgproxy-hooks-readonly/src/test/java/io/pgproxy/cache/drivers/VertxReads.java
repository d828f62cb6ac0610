package io.pgproxy.cache.drivers;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Cursor;
import io.vertx.sqlclient.PreparedStatement;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The reactive client of Vert.x, whose results are binary wherever it prepares.
 *
 * @param vertx carries it
 */
record VertxReads(Vertx vertx) implements Reads {
    private static final int PATIENCE_SECONDS = 30;
    private static final String BY_ID = "select * from kinds where id = $1";

    @Override
    public void run(Place place) throws Exception {
        PgConnection connection = await(PgConnection.connect(
                vertx,
                new PgConnectOptions()
                        .setHost(Place.HOST)
                        .setPort(place.port())
                        .setDatabase(place.database())
                        .setUser(place.user())
                        .setPassword(place.password())
                        .setPipeliningLimit(64)
                        .setCachePreparedStatements(true)));
        for (String text : Content.PLAIN) {
            await(connection.query(text).execute());
            for (int i = 0; i < 2; i++) {
                await(connection.preparedQuery(text).execute());
            }
        }
        await(connection.query("select 1; " + Content.KINDS + "; table many").execute());
        for (int i = 0; i < 8; i++) {
            await(connection.preparedQuery(BY_ID).execute(Tuple.of(i % 4)));
        }
        await(connection
                .preparedQuery(BY_ID)
                .executeBatch(List.of(Tuple.of(1), Tuple.of(9), Tuple.of(1), Tuple.of(3))));
        await(connection
                .preparedQuery("select id, num from kinds where num > $1 and txt like $2 and id = any($3)")
                .execute(Tuple.of(0, "%", new Integer[] {1, 2, 3})));
        await(connection.preparedQuery(Content.ERROR).execute().otherwiseEmpty());
        await(connection.query(Content.ERROR).execute().otherwiseEmpty());
        inFlight(connection);
        inBlock(connection);
        await(connection.close());
    }

    /** Many at once, errors and what is never kept among them. */
    private static void inFlight(PgConnection connection) throws Exception {
        PreparedStatement byId = await(connection.prepare(BY_ID));
        PreparedStatement never = await(connection.prepare(Content.NEVER_KEPT));
        PreparedStatement error = await(connection.prepare("select 1 / (id - $1) from kinds order by id"));
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(byId.query().execute(Tuple.of(i % 4)));
            all.add(connection.query(Content.MANY).execute());
            all.add(i % 2 == 0 ? never.query().execute() : error.query().execute(Tuple.of(2)));
            all.add(byId.query().execute(Tuple.of(3)));
        }
        await(Future.join(all).otherwiseEmpty());
    }

    private static void inBlock(PgConnection connection) throws Exception {
        Transaction block = await(connection.begin());
        await(connection.preparedQuery(Content.KINDS).execute());
        await(connection.query(Content.MANY).execute());
        PreparedStatement many = await(connection.prepare(Content.MANY));
        await(many.query().execute());
        for (int size : List.of(7, 10, 50, 100)) {
            Cursor cursor = many.cursor();
            do {
                await(cursor.read(size));
            } while (cursor.hasMore());
            await(cursor.close());
        }
        Cursor left = many.cursor();
        await(left.read(3));
        await(left.close());
        await(connection.query(Content.WRITE).execute());
        await(many.query().execute());
        await(block.commit());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
