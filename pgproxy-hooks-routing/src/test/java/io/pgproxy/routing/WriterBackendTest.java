package io.pgproxy.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.LocalPostgres;
import io.pgproxy.testkit.postgres.LocalReplica;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients reach whichever server is the writer. */
@Timeout(120)
class WriterBackendTest {
    @Test
    void clientsFollowTheWriter(@WithPostgres(own = true, primary = true) LocalPostgres primary) throws Exception {
        primary.execute("CREATE DATABASE \"my shop?\"");
        try (LocalReplica replica = primary.startReplica();
                Topology topology = Topology.builder()
                        .writer("a", primary.url("my shop?"))
                        .reader("b", replica.server().url("my shop?"))
                        .probe(Quick.PROBES)
                        .start();
                ProxyServer server = ProxyServer.builder()
                        .listen("127.0.0.1", 0)
                        .upstream(topology.backend())
                        .build()) {
            server.start();
            assertThat(portOfWriter(server)).isEqualTo(String.valueOf(primary.port()));

            primary.stopImmediately();
            Patience.until("nobody is the writer", () -> topology.writer().isEmpty());
            assertThatThrownBy(() -> portOfWriter(server))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            refusal -> assertThat(refusal.getSQLState()).isEqualTo("57P03"))
                    .hasMessageContaining("no server accepts writes at the moment");

            replica.promote();
            Patience.until("b is the writer", () -> topology.writer().isPresent());
            assertThat(portOfWriter(server))
                    .isEqualTo(String.valueOf(replica.server().port()));
            assertThat(replica.server()
                            .query("SELECT DISTINCT datname FROM pg_stat_activity"
                                    + " WHERE application_name = 'pgproxy-topology'"))
                    .isEqualTo(List.of(List.of("my shop?")));
        }
    }

    private static String portOfWriter(ProxyServer server) throws SQLException {
        try (Connection client = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + server.port() + "/postgres", "x", "");
                ResultSet row = client.createStatement().executeQuery("SHOW port")) {
            row.next();
            return row.getString(1);
        }
    }
}
