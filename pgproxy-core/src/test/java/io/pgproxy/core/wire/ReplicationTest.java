package io.pgproxy.core.wire;

import static io.pgproxy.testkit.peer.FrontendBytes.copyData;
import static io.pgproxy.testkit.peer.FrontendBytes.copyDone;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Replication connections pass, in both directions at once. */
@WithPostgres(settings = {"wal_level=logical", "max_wal_senders=5", "wal_sender_timeout=2s"})
class ReplicationTest {
    @ParameterizedTest
    @CsvSource({"true", "database", "on", "off", "0"})
    void commandsAreAnsweredAsByTheServer(String mode, TestDatabase database) throws Exception {
        try (BothWays both = BothWays.to(database)) {
            both.same(Map.of("replication", mode), talk -> {
                talk.ask("TDCZ|EZ", query("SHOW server_version"));
                talk.ask("EZ", query("START_REPLICATION SLOT none LOGICAL 0/0"));
                talk.ask("TDCZ|EZ", query("SHOW wal_level"));
            });
        }
    }

    @Test
    void changesStreamWhileTheClientReports(TestDatabase database) throws Exception {
        database.execute("CREATE TABLE t (a int)");
        try (BothWays both = BothWays.to(database);
                ScriptedClient client = both.relay().connect()) {
            client.login(3 << 16, both.startup(Map.of("replication", "database")), database.password());
            client.send(query("CREATE_REPLICATION_SLOT s TEMPORARY LOGICAL test_decoding"));
            client.expect("TD.Z|TDCZ");
            client.send(query("START_REPLICATION SLOT s LOGICAL 0/0"));
            client.expect("W");
            for (int i = 1; i <= 3; i++) {
                database.execute("INSERT INTO t VALUES (" + i + ")");
                awaitData(client, "a[integer]:" + i);
            }
            client.send(copyDone());
            WireMessage message = client.readMessage();
            while (message.tag() == 'd') {
                message = client.readMessage();
            }
            assertThat(message.tag()).isEqualTo('c');
            client.expect("d*CC?Z");
            client.send(query("SELECT 1"));
            client.expect("TDCZ");
        }
    }

    /** Answers keep-alives until the change has come. */
    private static void awaitData(ScriptedClient client, String change) throws Exception {
        while (true) {
            WireMessage data = client.expectNext("d").get(0);
            if (data.body()[0] == 'k') {
                client.send(copyData(standbyStatus(ByteBuffer.wrap(data.body()).getLong(1))));
            } else if (new String(data.body(), StandardCharsets.UTF_8).contains(change)) {
                return;
            }
        }
    }

    private static byte[] standbyStatus(long position) {
        ByteBuffer status = ByteBuffer.allocate(34).put((byte) 'r');
        return status.putLong(position)
                .putLong(position)
                .putLong(position)
                .putLong(0)
                .put((byte) 0)
                .array();
    }
}
