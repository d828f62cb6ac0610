package io.pgproxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.routing.NodeState.Standing;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a topology logs in to real servers. */
@Timeout(120)
@WithPostgres
class ProbeConnectionTest {
    @Test
    void theDatabaseIsThatOfTheUrlNotThatOfTheUsersName(TestDatabase database) throws Exception {
        String role = "of_" + database.name();
        database.execute("CREATE ROLE " + role + " LOGIN");
        try {
            String url = "postgresql://" + role + "@" + database.host() + ":" + database.port() + "/" + database.name();
            try (Topology topology = Topology.builder().writer("a", url).start()) {
                assertThat(topology.state("a")).map(NodeState::standing).contains(Standing.WRITER);
                assertThat(database.query(
                                "SELECT datname FROM pg_stat_activity WHERE application_name = 'pgproxy-topology'"
                                        + " AND usename = '" + role + "'"))
                        .containsExactly(List.of(database.name()));
            }
        } finally {
            database.execute("DROP ROLE " + role);
        }
    }
}
