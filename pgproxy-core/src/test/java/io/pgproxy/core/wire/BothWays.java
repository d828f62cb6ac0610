package io.pgproxy.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Holds the same conversation with the server itself and through a proxy: every message must be the same. */
public final class BothWays {
    /** What a client says, and the answers that are to be compared. */
    @FunctionalInterface
    public interface Conversation {
        void hold(ScriptedClient client, List<WireMessage> heard) throws Exception;
    }

    private BothWays() {}

    /** Compares a conversation from the first byte on; the answers of the direct run are returned. */
    public static List<WireMessage> fromConnect(TestDatabase database, Relay relay, Conversation conversation)
            throws Exception {
        List<WireMessage> direct = held(ScriptedClient.connect(database.host(), database.port()), conversation);
        List<WireMessage> proxied = held(relay.connect(), conversation);
        assertThat(proxied).as("through the proxy").isEqualTo(direct);
        return direct;
    }

    /** The same of a client that has logged in. */
    public static List<WireMessage> same(TestDatabase database, Relay relay, Conversation conversation)
            throws Exception {
        return same(database, relay, Map.of(), conversation);
    }

    /** The same of a client that has logged in with further startup parameters. */
    public static List<WireMessage> same(
            TestDatabase database, Relay relay, Map<String, String> startup, Conversation conversation)
            throws Exception {
        return fromConnect(database, relay, (client, heard) -> {
            client.login(3 << 16, startup(database, startup), database.password());
            conversation.hold(client, heard);
        });
    }

    /** The parameters of a start-up packet. */
    public static Map<String, String> startup(TestDatabase database, Map<String, String> more) {
        Map<String, String> all = new java.util.LinkedHashMap<>();
        all.put("user", database.user());
        all.put("database", database.name());
        all.putAll(more);
        return all;
    }

    /** What a login says, without the key, which is another for each session. */
    public static List<WireMessage> withoutKey(List<WireMessage> login) {
        return login.stream().filter(message -> message.tag() != 'K').toList();
    }

    private static List<WireMessage> held(ScriptedClient client, Conversation conversation) throws Exception {
        List<WireMessage> heard = new ArrayList<>();
        try (client) {
            conversation.hold(client, heard);
        }
        return heard;
    }
}
