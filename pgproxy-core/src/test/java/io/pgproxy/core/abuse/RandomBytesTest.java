package io.pgproxy.core.abuse;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.copyData;
import static io.pgproxy.testkit.peer.FrontendBytes.describePortal;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.functionCall;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.startup;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.wire.Await;
import io.pgproxy.core.wire.Relay;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.BackendBytes;
import io.pgproxy.testkit.peer.ScriptedBackend;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Bytes that mean nothing, from either side: the connection they came on ends, or goes on as the server's would. */
@WithPostgres
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RandomBytesTest {
    private TestDatabase database;
    private Relay relay;

    @BeforeAll
    void start(TestDatabase given) throws Exception {
        database = given;
        relay = Relay.to(given);
    }

    @AfterAll
    void stop() {
        relay.close();
    }

    @AfterEach
    void othersAreServed() throws Exception {
        Await.until("sessions have ended", () -> relay.server().sessionCount() == 0);
        try (ScriptedClient client = relay.login(database)) {
            client.send(query("SELECT 1"));
            client.expect("TDCZ");
        }
    }

    @Test
    void inPlaceOfAStartup() throws Exception {
        for (long seed : Fuzz.seeds(200).toArray()) {
            Random random = new Random(seed);
            byte[] bytes = Fuzz.bytes(random, 1 + random.nextInt(200));
            if (random.nextBoolean()) {
                bytes = lengthFirst(bytes); // gets further
            }
            spoil(relay.connect(), bytes);
        }
    }

    @Test
    void inAStartup() throws Exception {
        byte[] startup = startup(database.user(), database.name());
        for (long seed : Fuzz.seeds(100).toArray()) {
            spoil(relay.connect(), changed(new Random(seed), startup));
        }
    }

    @Test
    void afterTheLogin() throws Exception {
        for (long seed : Fuzz.seeds(60).toArray()) {
            Random random = new Random(seed);
            spoil(relay.login(database), Fuzz.bytes(random, 1 + random.nextInt(200)));
        }
    }

    @Test
    void inMessagesThatWereWellFormed() throws Exception {
        byte[] batch = joined(
                parse("s", "SELECT $1::int"),
                bind("", "s", "1"),
                describePortal(""),
                execute(),
                copyData("x"),
                sync(),
                functionCall(177, "1", "2"));
        for (long seed : Fuzz.seeds(60).toArray()) {
            spoil(relay.login(database), changed(new Random(seed), batch));
        }
    }

    /** A well-formed header and a senseless body: the server answers, the proxy must not fall out of step with it. */
    @Test
    void inBodiesTheServersAnswersAreTheSame() throws Exception {
        for (long seed : Fuzz.seeds(60).toArray()) {
            byte[] messages = senseless(new Random(seed));
            List<WireMessage> direct = answers(ScriptedClient.connect(database.host(), database.port()), messages);
            assertThat(answers(relay.connect(), messages)).as("seed %d", seed).isEqualTo(direct);
        }
    }

    @Test
    void truncatedMessagesAtTheEndOfTheStream() throws Exception {
        byte[] startup = startup(database.user(), database.name());
        for (int length = 0; length < startup.length; length++) {
            spoil(relay.connect(), Arrays.copyOf(startup, length));
        }
        byte[] batch = joined(parse("", "SELECT 1"), bind("", ""), execute(), sync());
        for (int length = 0; length < batch.length; length += Fuzz.isLong() ? 1 : 5) {
            spoil(relay.login(database), Arrays.copyOf(batch, length));
        }
    }

    @Test
    void fromAnUpstream() throws Exception {
        byte[] answer = joined(
                BackendBytes.rowDescription("a"),
                BackendBytes.dataRow("x"),
                BackendBytes.commandComplete("SELECT 1"),
                BackendBytes.error("ERROR", "XX000", "x"),
                BackendBytes.readyForQuery('I'));
        try (ScriptedBackend upstream = ScriptedBackend.start(connection -> {
                    Random random = new Random(connection.number());
                    if (connection.number() % 2 == 0) {
                        connection.readStartup();
                        connection.send(changed(
                                random,
                                joined(BackendBytes.greeting(1, new byte[4]).toArray(new byte[0][]))));
                    } else {
                        connection.greet();
                        connection.readMessage();
                        connection.send(random.nextBoolean() ? changed(random, answer) : Fuzz.bytes(random, 80));
                    }
                });
                Relay toScript = Relay.to(upstream.host(), upstream.port())) {
            for (long seed : Fuzz.seeds(150).toArray()) {
                try (ScriptedClient client = toScript.connect()) {
                    client.send(startup("u", "d"), query("SELECT " + seed));
                    client.awaitEnd();
                }
            }
            Await.until("sessions have ended", () -> toScript.server().sessionCount() == 0);
        }
    }

    /** Sends, sends no more, and waits for the end. */
    private static void spoil(ScriptedClient client, byte[] bytes) throws IOException {
        try (client) {
            client.send(bytes);
            client.halfClose();
            client.awaitEnd();
        } catch (SocketException gone) {
            // closed while we were talking
        }
    }

    private List<WireMessage> answers(ScriptedClient client, byte[] messages) throws IOException {
        List<WireMessage> heard = new ArrayList<>();
        try (client) {
            client.login(database.user(), database.password(), database.name());
            client.send(messages, sync(), query("SELECT 'the end'"), sync());
            WireMessage last;
            do {
                last = client.readMessage();
                heard.add(last);
            } while (!last.equals(WireMessage.END) && !last.toString().contains("the end"));
        }
        return heard;
    }

    private static byte[] senseless(Random random) {
        String tags = "PPBBDDEECCFHSQ";
        byte[][] messages = new byte[1 + random.nextInt(6)][];
        for (int i = 0; i < messages.length; i++) {
            char tag = tags.charAt(random.nextInt(tags.length()));
            byte[] body = random.nextInt(3) == 0 ? new byte[0] : Fuzz.bytes(random, random.nextInt(24));
            if (random.nextBoolean()) {
                for (int at = 0; at < body.length; at++) {
                    body[at] = (byte) (random.nextInt(3) == 0 ? 0 : 'S' + random.nextInt(5));
                }
            }
            messages[i] = BackendBytes.message(tag, body);
        }
        return joined(messages);
    }

    private static byte[] lengthFirst(byte[] bytes) {
        byte[] packet = Arrays.copyOf(bytes, Math.max(bytes.length, 12));
        packet[0] = 0;
        packet[1] = 0;
        packet[2] = 0;
        packet[3] = (byte) packet.length;
        packet[4] = 0;
        packet[5] = 3;
        return packet;
    }

    private static byte[] changed(Random random, byte[] original) {
        byte[] changed = original.clone();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
        }
        return changed;
    }

    private static byte[] joined(byte[]... messages) {
        int length = 0;
        for (byte[] message : messages) {
            length += message.length;
        }
        byte[] all = new byte[length];
        int at = 0;
        for (byte[] message : messages) {
            System.arraycopy(message, 0, all, at, message.length);
            at += message.length;
        }
        return all;
    }
}
