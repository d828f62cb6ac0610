package io.pgproxy.core.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

/** Replication connections of pgjdbc, which the proxy does not look into. */
@WithPostgres(settings = {"max_prepared_transactions=10", "wal_level=logical"})
class JdbcReplicationTest {
    private static Twice twice;

    @BeforeAll
    static void start(TestDatabase database) throws Exception {
        twice = Twice.andInProcess(database);
    }

    @AfterAll
    static void stop() throws Exception {
        if (twice != null) {
            twice.close();
        }
    }

    @Test
    void aLogicalStreamOfChanges() throws Exception {
        String seen = twice.sees((place, out) -> {
            try (Connection ordinary = place.connect();
                    Connection connection = place.connect(
                            "replication", "database", "preferQueryMode", "simple", "assumeMinServerVersion", "9.4")) {
                try (Statement statement = connection.createStatement();
                        ResultSet system = statement.executeQuery("IDENTIFY_SYSTEM")) {
                    system.next();
                    out.say("database", system.getString("dbname"));
                    out.say("system", system.getString("systemid"));
                }
                PGConnection replication = connection.unwrap(PGConnection.class);
                replication
                        .getReplicationAPI()
                        .createReplicationSlot()
                        .logical()
                        .withSlotName("changes")
                        .withOutputPlugin("test_decoding")
                        .withTemporaryOption()
                        .make();
                try (PGReplicationStream stream = replication
                        .getReplicationAPI()
                        .replicationStream()
                        .logical()
                        .withSlotName("changes")
                        .withSlotOption("skip-empty-xacts", true)
                        .withSlotOption("include-xids", false)
                        .start()) {
                    ordinary.createStatement().execute("INSERT INTO shop.customers VALUES (500, 'streamed')");
                    for (int i = 0; i < 3; i++) {
                        out.say(text(stream.read()));
                    }
                    LogSequenceNumber received = stream.getLastReceiveLSN();
                    stream.setAppliedLSN(received);
                    stream.setFlushedLSN(received);
                    stream.forceUpdateStatus();
                    ordinary.createStatement().execute("DELETE FROM shop.customers WHERE id = 500");
                    out.say(text(stream.read()));
                }
                out.rows(connection.createStatement().executeQuery("SELECT 'after the stream'"));
            }
        });

        assertThat(seen)
                .contains("table shop.customers: INSERT: id[integer]:500", "BEGIN", "COMMIT", "after the stream|");
    }

    @Test
    void aPhysicalConnectionTalksTheReplicationProtocol() throws Exception {
        String seen = twice.sees((place, out) -> {
            try (Connection connection = place.connect(
                    "replication", "true", "preferQueryMode", "simple", "assumeMinServerVersion", "9.4")) {
                out.rows(connection.createStatement().executeQuery("SHOW max_prepared_transactions"));
                out.refused(() -> connection.createStatement().executeQuery("SELECT 1"));
                out.refused(() -> connection.createStatement().executeQuery("TIMELINE_HISTORY 77"));
            }
        });

        assertThat(seen).contains("10|");
    }

    private static String text(ByteBuffer change) {
        return StandardCharsets.UTF_8.decode(change).toString();
    }
}
