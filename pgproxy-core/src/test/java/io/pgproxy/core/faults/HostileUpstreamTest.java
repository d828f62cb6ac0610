package io.pgproxy.core.faults;

import static io.pgproxy.testkit.peer.BackendBytes.authenticationOk;
import static io.pgproxy.testkit.peer.BackendBytes.commandComplete;
import static io.pgproxy.testkit.peer.BackendBytes.dataRow;
import static io.pgproxy.testkit.peer.BackendBytes.empty;
import static io.pgproxy.testkit.peer.BackendBytes.error;
import static io.pgproxy.testkit.peer.BackendBytes.message;
import static io.pgproxy.testkit.peer.BackendBytes.readyForQuery;
import static io.pgproxy.testkit.peer.BackendBytes.rowDescription;
import static io.pgproxy.testkit.peer.FrontendBytes.PROTOCOL_3_0;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.wire.Await;
import io.pgproxy.core.wire.Relay;
import io.pgproxy.testkit.peer.ScriptedBackend;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An upstream that stalls, lies or dies costs its own client its session, and nobody else anything. */
class HostileUpstreamTest {
    private static final Map<String, String> STARTUP = Map.of("user", "u", "database", "d");
    private static final byte[] ROW = dataRow("x".repeat(300));
    private static final Duration DEADLINE = Duration.ofMillis(400);

    @Test
    void oneThatNeverAnswersIsGivenUpAtTheLoginDeadline() throws Exception {
        try (ScriptedBackend upstream = ScriptedBackend.start(connection -> {
                    connection.readStartup();
                    connection.awaitEnd();
                });
                Relay relay = impatient(upstream);
                ScriptedClient client = relay.connect()) {
            assertThat(login(client)).isEqualTo("E! 57014");
        }
    }

    @Test
    void oneThatStallsInMidLoginIsGivenUpAtTheLoginDeadline() throws Exception {
        try (ScriptedBackend upstream = ScriptedBackend.start(connection -> {
                    connection.readStartup();
                    connection.send(authenticationOk());
                    connection.awaitEnd();
                });
                Relay relay = impatient(upstream);
                ScriptedClient client = relay.connect()) {
            assertThat(login(client)).isEqualTo("RE! 57014");
        }
    }

    @Test
    void oneThatClosesInMidLogin() throws Exception {
        try (ScriptedBackend upstream = ScriptedBackend.start(connection -> {
                    connection.readStartup();
                    connection.send(authenticationOk());
                });
                Relay relay = relayTo(upstream);
                ScriptedClient client = relay.connect()) {
            assertThat(login(client)).isEqualTo("RE! 08006");
        }
    }

    @Test
    void oneThatRefuses() throws Exception {
        try (ScriptedBackend upstream = ScriptedBackend.start(connection -> {
                    connection.readStartup();
                    connection.send(error("FATAL", "53300", "no room"));
                });
                Relay relay = relayTo(upstream);
                ScriptedClient client = relay.connect()) {
            assertThat(login(client)).isEqualTo("E! 53300");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 400 Bad Request\r\n\r\n",
                "R\0\0\0\3",
                "R\177\377\377\377x",
                "Z\0\0\0\5I",
                "K\0\0\0\14abcdabcd",
                "S\0\0\0\10a\0b\0Z\0\0\0\5I",
                "D\0\0\0\4"
            })
    void oneThatIsNoPostgres(String garbage) throws Exception {
        try (ScriptedBackend upstream = ScriptedBackend.start(connection -> {
                    connection.readStartup();
                    connection.send(garbage.getBytes(StandardCharsets.ISO_8859_1));
                    connection.awaitEnd();
                });
                Relay relay = impatient(upstream);
                ScriptedClient client = relay.connect()) {
            assertThat(login(client)).matches("[SK]?E! (08P01|57014)");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 5, 6, 150, 309})
    void oneThatDiesInTheMiddleOfARowHasNoErrorPutIntoTheRow(int sent) throws Exception {
        byte[] part = Arrays.copyOf(ROW, sent);
        try (ScriptedBackend upstream = ScriptedBackend.start(connection -> {
                    connection.greet();
                    connection.expect("Q");
                    connection.send(rowDescription("a"), ROW, part);
                    connection.reset();
                });
                Relay relay = relayTo(upstream);
                ScriptedClient client = relay.connect()) {
            assertThat(login(client)).endsWith("KZ");
            client.send(query("SELECT"));
            client.startRecording();
            client.expectNext("TD");
            int whole = client.recorded().length;
            try {
                client.readMessage();
            } catch (EOFException end) {
                // as it should be
            }
            byte[] all = client.recorded();
            byte[] rest = Arrays.copyOfRange(all, whole, all.length);
            assertThat(rest).isEqualTo(Arrays.copyOf(part, rest.length));
        }
    }

    @Test
    void oneThatDiesBetweenMessagesIsReported() throws Exception {
        try (ScriptedBackend upstream = ScriptedBackend.start(connection -> {
                    connection.greet();
                    connection.expect("Q");
                    connection.send(rowDescription("a"), ROW);
                });
                Relay relay = relayTo(upstream);
                ScriptedClient client = relay.connect()) {
            login(client);
            client.send(query("SELECT"));
            assertThat(client.expect("TDE!").get(2).sqlState()).isEqualTo("08006");
        }
    }

    @ParameterizedTest
    @ValueSource(chars = {'1', '2', '3', 'C', 'T', 'G', 'Z', 'n', 's', 'I'})
    void oneThatAnswersWhatNobodyAsked(char tag) throws Exception {
        byte[] unasked = tag == 'Z' ? readyForQuery('I') : tag == 'C' ? commandComplete("SELECT 1") : empty(tag);
        try (ScriptedBackend upstream = ScriptedBackend.start(connection -> {
                    connection.greet();
                    connection.send(unasked);
                    connection.awaitEnd();
                });
                Relay relay = relayTo(upstream);
                ScriptedClient client = relay.connect()) {
            login(client);
            List<WireMessage> heard = new ArrayList<>(client.readUntilReady());
            if (tag == 'Z' || tag == 'G') {
                heard.addAll(client.readUntilReady());
            }
            assertThat(WireMessage.tags(heard)).isEqualTo(tag + "E!");
            assertThat(heard.get(1).sqlState()).isEqualTo("08P01");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\0\0\0\0\4", "D\0\0\0\3", "D\200\0\0\0", "\377\377\377\377\377"})
    void oneThatSendsGarbageInsteadOfAnAnswer(String garbage) throws Exception {
        byte[] bytes = garbage.getBytes(StandardCharsets.ISO_8859_1);
        try (ScriptedBackend upstream = ScriptedBackend.start(connection -> {
                    connection.greet();
                    connection.expect("Q");
                    connection.send(bytes);
                    connection.awaitEnd();
                });
                Relay relay = relayTo(upstream);
                ScriptedClient client = relay.connect()) {
            login(client);
            client.send(query("SELECT"));
            client.expect("E?!");
            Await.until("the session has ended", () -> relay.server().sessionCount() == 0);
        }
    }

    @Test
    void oneThatSaysFatalAndGoesOnIsNotAddedTo() throws Exception {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        said.writeBytes(error("FATAL", "57P01", "going"));
        try (ScriptedBackend upstream = ScriptedBackend.start(connection -> {
                    connection.greet();
                    connection.expect("Q");
                    connection.send(said.toByteArray());
                });
                Relay relay = relayTo(upstream);
                ScriptedClient client = relay.connect()) {
            login(client);
            client.send(query("SELECT"));
            client.startRecording();
            client.expect("E!");
            assertThat(client.recorded()).isEqualTo(said.toByteArray());
        }
    }

    @Test
    void othersAreServedAllTheWhile() throws Exception {
        try (ScriptedBackend upstream = ScriptedBackend.start(connection -> {
                    if (connection.number() % 2 == 0) {
                        connection.readStartup();
                        connection.send(message('?', new byte[3]));
                    } else {
                        connection.greet();
                        connection.expect("Q");
                        connection.send(rowDescription("a"), ROW, commandComplete("SELECT 1"), readyForQuery('I'));
                        connection.awaitEnd();
                    }
                });
                Relay relay = relayTo(upstream)) {
            for (int i = 0; i < 6; i++) {
                try (ScriptedClient client = relay.connect()) {
                    if (login(client).endsWith("Z")) {
                        client.send(query("SELECT"));
                        client.expect("TDCZ");
                    }
                }
            }
            assertThat(upstream.connections()).isEqualTo(6);
        }
    }

    /** The tags that a login was answered with, and the SQLSTATE if it failed. */
    private static String login(ScriptedClient client) throws IOException {
        List<WireMessage> messages = client.tryLogin(PROTOCOL_3_0, STARTUP, "");
        String states = "";
        for (WireMessage message : messages) {
            states += message.tag() == 'E' ? " " + message.sqlState() : "";
        }
        return WireMessage.tags(messages) + states;
    }

    private static Relay relayTo(ScriptedBackend upstream) throws IOException {
        return Relay.to(upstream.host(), upstream.port());
    }

    private static Relay impatient(ScriptedBackend upstream) throws IOException {
        return Relay.to(upstream.host(), upstream.port(), limits -> limits.loginDeadline(DEADLINE));
    }
}
