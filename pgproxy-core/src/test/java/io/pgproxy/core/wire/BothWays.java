package io.pgproxy.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.pool.PoolSettings;
import io.pgproxy.testkit.peer.FrontendBytes;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Holds the same conversation with the server itself and through a proxy: every message heard must be the same.
 *
 * @param database behind the proxy
 * @param relay the proxy
 */
public record BothWays(TestDatabase database, Relay relay) implements AutoCloseable {
    /** What a client says, and which answers are to be compared. */
    @FunctionalInterface
    public interface Conversation {
        void hold(Talk talk) throws Exception;
    }

    public static BothWays to(TestDatabase database) throws IOException {
        return new BothWays(database, Relay.to(database));
    }

    /** Through a proxy whose clients share connections. */
    public static BothWays pooled(TestDatabase database, PoolSettings pool) throws IOException {
        return new BothWays(database, Relay.pooled(database, pool));
    }

    /** A conversation from the first byte on; what was heard is returned. */
    public List<WireMessage> fromConnect(Conversation conversation) throws Exception {
        List<WireMessage> direct = held(ScriptedClient.connect(database.host(), database.port()), conversation);
        List<WireMessage> proxied = held(relay.connect(), conversation);
        assertThat(proxied).as("through the proxy").isEqualTo(direct);
        return direct;
    }

    /** A conversation of a client that has logged in. */
    public List<WireMessage> same(Conversation conversation) throws Exception {
        return same(Map.of(), conversation);
    }

    /** A conversation of a client that has logged in with further startup parameters. */
    public List<WireMessage> same(Map<String, String> more, Conversation conversation) throws Exception {
        return fromConnect(talk -> {
            talk.client().login(FrontendBytes.PROTOCOL_3_0, startup(more), database.password());
            conversation.hold(talk);
        });
    }

    /** The parameters of a start-up packet. */
    public Map<String, String> startup(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("user", database.user());
        all.put("database", database.name());
        all.putAll(more);
        return all;
    }

    /** A client that has logged in through the proxy. */
    public ScriptedClient proxied() throws IOException {
        return relay.login(database);
    }

    /** What a login says, without the key, which is another for each session. */
    public static List<WireMessage> withoutKey(List<WireMessage> login) {
        return login.stream().filter(message -> message.tag() != 'K').toList();
    }

    private static List<WireMessage> held(ScriptedClient client, Conversation conversation) throws Exception {
        try (client) {
            Talk talk = new Talk(client);
            conversation.hold(talk);
            return talk.heard();
        }
    }

    @Override
    public void close() {
        relay.close();
    }
}
