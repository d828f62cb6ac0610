package io.pgproxy.core.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.wire.Relay;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the server will not prepare again is refused for the server's reason, not for being unknown there. */
@WithPostgres
class RefusedPrepareTest {
    private TestDatabase database;
    private Relay relay;
    private PooledClient client;
    private PooledClient other;

    @BeforeEach
    void start(TestDatabase lent) throws Exception {
        database = lent;
        database.execute("DROP TABLE IF EXISTS t; CREATE TABLE t (id int)");
        relay = Relay.pooled(database, PoolSettings.transaction(1));
        client = PooledClient.at(relay.port(), database);
        other = PooledClient.at(relay.port(), database);
        client.rows("PREPARE p AS SELECT * FROM t");
        other.rows("PREPARE p AS SELECT 1"); // takes its place on the connection
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        other.close();
        relay.close();
    }

    @Test
    void outsideOfABlock() throws Exception {
        database.execute("DROP TABLE t");

        WireMessage refused = client.refused("EXECUTE p");

        assertThat(refused.sqlState()).isEqualTo("42P01");
        assertThat(refused.field('M')).isEqualTo("relation \"t\" does not exist");
        assertThat(refused.field('P')).as("a place in another text").isNull();
        database.execute("CREATE TABLE t (id int)");
        assertThat(client.rows("EXECUTE p")).isEmpty();
        assertThat(other.rows("EXECUTE p")).containsExactly(List.of("1"));
    }

    @Test
    void withinABlock() throws Exception {
        database.execute("DROP TABLE t");
        client.rows("BEGIN");

        assertThat(client.refused("EXECUTE p").sqlState()).isEqualTo("42P01");

        assertThat(client.refused("SELECT 1").sqlState()).isEqualTo("25P02");
        client.rows("ROLLBACK");
        assertThat(other.rows("EXECUTE p")).containsExactly(List.of("1"));
    }

    @Test
    void nobodyElseHearsOfIt() throws Exception {
        database.execute("DROP TABLE t");
        other.rows("DEALLOCATE p");
        assertThat(client.refused("SELECT 1 / 0; EXECUTE p").sqlState()).isEqualTo("22012");

        assertThat(other.refused("EXECUTE p").sqlState()).isEqualTo("26000");
    }

    @Test
    void ofAnotherNameItIsUnknown() throws Exception {
        database.execute("DROP TABLE t");
        client.refused("EXECUTE p");

        assertThat(client.refused("EXECUTE q").sqlState()).isEqualTo("26000");
    }
}
