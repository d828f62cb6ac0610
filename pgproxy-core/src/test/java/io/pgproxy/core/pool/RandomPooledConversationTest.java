package io.pgproxy.core.pool;

import io.pgproxy.core.wire.Relay;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Through a pool each client hears, message by message, what it hears on a connection of its own. */
@WithPostgres
class RandomPooledConversationTest {
    /** More with this system property. */
    private static final int ROUNDS = Integer.getInteger("pgproxy.fuzz.rounds", 15);

    private static final int FIRST = Integer.getInteger("pgproxy.fuzz.first", 0);

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void everyAnswerIsThatOfAConnectionOfItsOwn(int connections, TestDatabase database) throws Exception {
        RandomConversation.prepare(database);
        try (Relay relay = Relay.pooled(database, PoolSettings.transaction(connections))) {
            for (long seed = FIRST; seed < FIRST + ROUNDS; seed++) {
                RandomConversation conversation = new RandomConversation(seed);
                database.execute("TRUNCATE t");
                List<List<WireMessage>> direct = conversation.held(() -> {
                    ScriptedClient client = ScriptedClient.connect(database.host(), database.port());
                    client.login(database.user(), database.password(), database.name());
                    return client;
                });
                database.execute("TRUNCATE t");
                conversation.assertSame(conversation.held(() -> relay.login(database)), direct);
            }
        }
    }
}
