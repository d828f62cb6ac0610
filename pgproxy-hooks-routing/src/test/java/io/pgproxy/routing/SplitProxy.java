package io.pgproxy.routing;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.LocalReplica;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;

/** A proxy that splits the work of a database between a primary and its replicas. */
record SplitProxy(Topology topology, ReadWriteSplit split, ProxyServer server, TestDatabase database)
        implements AutoCloseable {

    /** Replicas are called r0, r1, …, the primary main. */
    static SplitProxy before(
            TestDatabase database, List<LocalReplica> replicas, UnaryOperator<ReadWriteSplitBuilder> options)
            throws Exception {
        TopologyBuilder nodes =
                Topology.builder().writer("primary", database.url()).probe(Quick.PROBES);
        for (int i = 0; i < replicas.size(); i++) {
            nodes.reader("r" + i, at(replicas.get(i), database).url());
        }
        Topology topology = nodes.start();
        ReadWriteSplit split = options.apply(ReadWriteSplit.over(topology)).build();
        var proxy = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(topology.backend(), PoolSettings.transaction(4))
                .eventLoops(1)
                .drainDeadline(Duration.ofSeconds(1))
                .hook("split", split.hook());
        for (int i = 0; i < replicas.size(); i++) {
            proxy.upstream("r" + i, at(replicas.get(i), database).url(), PoolSettings.transaction(4));
        }
        return new SplitProxy(topology, split, proxy.build().start(), database);
    }

    static TestDatabase at(LocalReplica replica, TestDatabase database) {
        return replica.server().database(database.name());
    }

    ScriptedClient client() throws Exception {
        ScriptedClient client = ScriptedClient.connect("127.0.0.1", server.port());
        client.login(database.user(), database.password(), database.name());
        return client;
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + server.port() + "/" + database.name(),
                database.user(),
                database.password());
    }

    /** As {@link Patience#until}, of what may fail. */
    static void until(String what, Callable<Boolean> condition) {
        Patience.until(what, () -> {
            try {
                return condition.call();
            } catch (Exception e) {
                throw new AssertionError(what, e);
            }
        });
    }

    @Override
    public void close() {
        server.close();
        topology.close();
    }
}
