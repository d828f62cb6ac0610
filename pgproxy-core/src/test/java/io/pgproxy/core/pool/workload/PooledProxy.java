package io.pgproxy.core.pool.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.ProxyServerBuilder;
import io.pgproxy.core.clients.Place;
import io.pgproxy.core.wire.Await;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.pool.PoolView;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Duration;

/**
 * A proxy whose clients share its connections to a database, and somebody who looks at the database meanwhile.
 *
 * @param server the proxy; it logs in itself
 * @param database behind it
 * @param census of the database's connections
 */
record PooledProxy(ProxyServer server, TestDatabase database, Census census) implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(10);

    /** What the clients find: a table for all, and eight schemas and roles to tell them apart. */
    private static final String CONTENT = """
            create table work (client text, n int, token text not null, primary key (client, n));
            create table copied (client text, n int, token text not null);
            create index on copied (client);
            grant all on work, copied to public;
            do $$ begin
                for i in 0..7 loop
                    execute format('create schema s%s', i);
                    execute format('create table s%s.mine (who text)', i);
                    execute format('insert into s%s.mine values (%L)', i, 's' || i);
                    if not exists (select from pg_roles where rolname = 'worker' || i) then
                        execute format('create role worker%s', i);
                    end if;
                    execute format('grant usage on schema s%s to public', i);
                    execute format('grant all on s%s.mine to public', i);
                end loop;
            end $$;
            """;

    private static final String NOTHING = """
            drop table if exists work, copied;
            do $$ begin
                for i in 0..7 loop execute format('drop schema if exists s%s cascade', i); end loop;
            end $$;
            """;

    static PooledProxy before(TestDatabase database, PoolSettings pool) throws Exception {
        return before(database, pool, ProxyServer.builder());
    }

    /** One that does more than to pass on; {@code builder} says what. */
    static PooledProxy before(TestDatabase database, PoolSettings pool, ProxyServerBuilder builder) throws Exception {
        database.execute(NOTHING + CONTENT);
        ProxyServer server = builder.listen("127.0.0.1", 0)
                .upstream(database.url(), pool)
                .drainDeadline(Duration.ofSeconds(2))
                .build()
                .start();
        try {
            return new PooledProxy(server, database, Census.of(database));
        } catch (Exception failure) {
            server.close();
            throw failure;
        }
    }

    Place place() {
        return new Place("127.0.0.1", server.port(), database.name(), database.user(), database.password());
    }

    PoolView view() {
        return server.pools().get(0);
    }

    /** Nobody is there any more: every connection is idle, and the server has as many as the pool believes. */
    void assertSettled() throws Exception {
        Await.within(SOON, "all sessions end", () -> server.sessions().isEmpty());
        Await.within(SOON, "the pool is at rest", () -> {
            PoolView view = view();
            return view.waiting() == 0 && view.clients() == 0 && view.pinned() == 0 && view.idle() == view.open();
        });
        Await.within(SOON, "the server's connections are those of the pool", () -> census.now() == view().open());
        assertThat(view().open()).isLessThanOrEqualTo(view().maximum());
    }

    @Override
    public void close() throws Exception {
        census.close();
        server.close();
    }
}
