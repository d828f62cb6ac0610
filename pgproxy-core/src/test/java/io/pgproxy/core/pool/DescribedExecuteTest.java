package io.pgproxy.core.pool;

import static io.pgproxy.testkit.peer.FrontendBytes.describeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;

import io.pgproxy.core.wire.Relay;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** EXECUTE has the columns that its statement had when it was parsed, on whichever connection. */
@WithPostgres
class DescribedExecuteTest {
    private final TestDatabase database;

    DescribedExecuteTest(TestDatabase database) {
        this.database = database;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "named"})
    void itIsDescribedWhereItWasNotPrepared(String name) throws Exception {
        try (Relay relay = Relay.pooled(database, PoolSettings.transaction(2));
                ScriptedClient client = relay.login(database);
                ScriptedClient busy = relay.login(database)) {
            client.send(query("PREPARE p AS SELECT 1 AS first, 2 AS second"));
            client.expect("CZ");
            busy.send(query("BEGIN")); // on the connection that has it
            busy.expect("CZ");
            client.send(parse(name, "EXECUTE p"), sync());
            client.expect("1Z");
            client.send(describeStatement(name), sync());
            client.expect("tTZ");
        }
    }
}
