package io.pgproxy.routing;

import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.LocalPostgres;
import io.pgproxy.testkit.postgres.LocalReplica;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The primary is lost: clients that are at rest see a pause, and go on with the one that was promoted. */
@Timeout(120)
class SplitFailoverTest {

    @Test
    void clientsGoOnWithThePromotedReplica(@WithPostgres(own = true, primary = true) LocalPostgres primary)
            throws Exception {
        TestDatabase database = primary.createDatabase("shop");
        database.execute("create table t (a int)");
        try (LocalReplica replica = primary.startReplica();
                SplitProxy proxy = SplitProxy.before(database, List.of(replica), options -> options);
                ScriptedClient client = proxy.client()) {
            ask(client, "set my.x = 'mine'");
            assertThat(ask(client, "insert into t values (1)")).isEqualTo("C");
            replica.awaitReplay(Duration.ofSeconds(20));
            primary.stopImmediately();
            SplitProxy.until(
                    "the loss is known", () -> proxy.topology().writer().isEmpty());
            assertThat(ask(client, "select from t")).as("a read in between").isIn("TDC", "E57P03", "E08006", "E08001");
            replica.promote();
            SplitProxy.until(
                    "writes go on",
                    () -> ask(client, "insert into t values (2)").equals("C"));
            TestDatabase now = replica.server().database("shop");
            assertThat(now.query("select a from t where a = 2")).isNotEmpty();
            assertThat(ask(client, "select from t where current_setting('my.x') = 'mine' limit 1"))
                    .isEqualTo("TDC");
            try (ScriptedClient fresh = proxy.client()) {
                assertThat(ask(fresh, "insert into t values (3)")).isEqualTo("C");
            }
        }
    }

    private static String ask(ScriptedClient client, String sql) throws Exception {
        client.send(query(sql));
        StringBuilder heard = new StringBuilder();
        for (WireMessage message : client.readUntilReady()) {
            if (message.tag() == 'E') {
                heard.append('E').append(message.sqlState());
            } else if ("TDC".indexOf(message.tag()) >= 0) {
                heard.append(message.tag());
            }
        }
        return heard.toString();
    }
}
