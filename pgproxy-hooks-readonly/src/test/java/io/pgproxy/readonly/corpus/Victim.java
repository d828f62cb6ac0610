package io.pgproxy.readonly.corpus;

import static io.pgproxy.testkit.peer.FrontendBytes.query;

import io.pgproxy.testkit.peer.FrontendBytes;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.LocalPostgres;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

/** A session that sleeps in a query and must go on doing so. */
record Victim(ScriptedClient client) implements AutoCloseable {
    private static final Duration LONG_ENOUGH_TO_BE_HURT = Duration.ofMillis(150);

    static Victim asleepIn(CorpusServer corpus) throws IOException, SQLException {
        LocalPostgres server = corpus.server();
        ScriptedClient client = ScriptedClient.connect(server.host(), server.port());
        client.login(
                FrontendBytes.PROTOCOL_3_0,
                Map.of(
                        "user",
                        server.superuser(),
                        "database",
                        CorpusServer.DATABASE,
                        "application_name",
                        "corpus_victim"),
                server.password());
        client.send(query("SELECT pg_sleep(60)"));
        String sleeping = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'corpus_victim'"
                + " AND wait_event = 'PgSleep'";
        while (corpus.value(sleeping) == null) {
            Thread.onSpinWait();
        }
        return new Victim(client);
    }

    /** Whether it was disturbed: it has heard something. */
    boolean isHurt() throws IOException {
        client.timeout(LONG_ENOUGH_TO_BE_HURT);
        try {
            client.readMessage();
            return true;
        } catch (SocketTimeoutException stillAsleep) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
