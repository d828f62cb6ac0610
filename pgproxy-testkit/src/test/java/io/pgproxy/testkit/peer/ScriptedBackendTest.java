package io.pgproxy.testkit.peer;

import static io.pgproxy.testkit.peer.BackendBytes.commandComplete;
import static io.pgproxy.testkit.peer.BackendBytes.dataRow;
import static io.pgproxy.testkit.peer.BackendBytes.empty;
import static io.pgproxy.testkit.peer.BackendBytes.error;
import static io.pgproxy.testkit.peer.BackendBytes.readyForQuery;
import static io.pgproxy.testkit.peer.BackendBytes.rowDescription;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScriptedBackendTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 1 << 16})
    void aRealDriverTakesItForAServer(int size) throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.start(connection -> {
                    assertThat(connection.greet().parameters()).containsEntry("user", "me");
                    connection.expect("Q");
                    byte[] row = dataRow("one", null);
                    connection.send(rowDescription("a", "b"));
                    connection.sendInPieces(row, size);
                    connection.sendSplit(row, 1, 5, 6);
                    connection.send(commandComplete("SELECT 2"), readyForQuery('I'));
                    connection.expect("X");
                });
                Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + backend.port()
                                + "/db?preferQueryMode=simple&assumeMinServerVersion=15",
                        "me",
                        "");
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT anything")) {
            for (int row = 0; row < 2; row++) {
                assertThat(result.next()).isTrue();
                assertThat(result.getString("a")).isEqualTo("one");
                assertThat(result.getString("b")).isNull();
            }
            assertThat(result.next()).isFalse();
        }
    }

    @Test
    void extendedMessagesAreReadUpToSync() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.start(connection -> {
                    connection.greet();
                    connection.startRecording();
                    connection.expect("PBES");
                    byte[] seen = connection.recorded();
                    connection.send(empty('1'), empty('2'), empty('I'), readyForQuery('I'));
                    connection.send(BackendBytes.copyData(seen), readyForQuery('I'));
                });
                ScriptedClient client = loggedIn(backend)) {
            byte[][] batch = {
                FrontendBytes.parse("", ""), FrontendBytes.bind("", ""), FrontendBytes.execute(), FrontendBytes.sync()
            };
            client.send(batch);
            client.expect("12IZ");
            ByteArrayOutputStream sent = new ByteArrayOutputStream();
            for (byte[] message : batch) {
                sent.writeBytes(message);
            }
            assertThat(client.expect("dZ").get(0).body()).isEqualTo(sent.toByteArray());
        }
    }

    @Test
    void cancelRequestsAreNotedAndClosed() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.start(connection -> connection.greet())) {
            byte[] secret = {10, 11, 12, 13};
            ScriptedClient.cancel(backend.host(), backend.port(), 77, secret);
            assertThat(backend.cancels()).containsExactly(new CancelKey(77, "0a0b0c0d"));
            assertThat(backend.awaitCancel()).isEqualTo(new CancelKey(77, "0a0b0c0d"));
            assertThat(backend.cancels()).isEmpty();
            assertThat(backend.connections()).isEqualTo(1);
        }
    }

    @Test
    void encryptionIsDeclinedAndAskingForItLeftToTheScript() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.start(connection -> {
            if (connection.number() == 0) {
                connection.greet();
            } else {
                assertThat(connection.readStartupPacket().isEncryptionRequest()).isTrue();
                connection.send(error("FATAL", "0A000", "never heard of it"));
            }
        })) {
            try (ScriptedClient client = ScriptedClient.connect(backend.host(), backend.port())) {
                client.send(FrontendBytes.gssEncRequest());
                assertThat(client.readBytes(1)).containsExactly('N');
                client.send(FrontendBytes.sslRequest());
                assertThat(client.readBytes(1)).containsExactly('N');
                client.login("me", "", "db");
            }
            try (ScriptedClient client = ScriptedClient.connect(backend.host(), backend.port())) {
                client.send(FrontendBytes.sslRequest());
                client.expect("E!");
            }
        }
    }

    @Test
    void dyingInTheMiddleOfARowIsSeenByTheClient() throws Exception {
        byte[] row = dataRow("some text");
        try (ScriptedBackend backend = ScriptedBackend.start(connection -> {
            connection.greet();
            connection.expect("Q");
            connection.send(Arrays.copyOf(row, row.length - 3));
            if (connection.number() == 0) {
                connection.close();
            } else {
                connection.reset();
            }
        })) {
            try (ScriptedClient client = loggedIn(backend)) {
                client.send(FrontendBytes.query("SELECT 1"));
                assertThatThrownBy(client::readMessage).isInstanceOf(IOException.class);
            }
            try (ScriptedClient client = loggedIn(backend)) {
                client.send(FrontendBytes.query("SELECT 1"));
                assertThatThrownBy(client::readMessage).isInstanceOf(SocketException.class);
            }
        }
    }

    @Test
    void theEndOfTheClientIsSeenByTheScript() throws Exception {
        CountDownLatch seen = new CountDownLatch(2);
        try (ScriptedBackend backend = ScriptedBackend.start(connection -> {
            connection.greet();
            connection.awaitEnd();
            seen.countDown();
        })) {
            ScriptedClient finished = loggedIn(backend);
            ScriptedClient vanished = loggedIn(backend);
            finished.close();
            vanished.reset();
            assertThat(seen.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aBackendThatNeverAnswersIsClosedAllTheSame() throws Exception {
        ScriptedBackend backend = ScriptedBackend.start(BackendConnection::awaitEnd);
        try (ScriptedClient client = ScriptedClient.connect(backend.host(), backend.port())) {
            client.timeout(Duration.ofMillis(20));
            assertThatThrownBy(() -> client.login("me", "", "db")).isInstanceOf(SocketTimeoutException.class);
            backend.close();
            client.awaitEnd();
        }
    }

    @Test
    void whatAScriptThrowsShowsOnClose() throws Exception {
        ScriptedBackend backend = ScriptedBackend.start(connection -> {
            connection.greet();
            connection.expect("X");
        });
        try (ScriptedClient client = loggedIn(backend)) {
            client.send(FrontendBytes.query("SELECT 1"));
            client.awaitEnd();
        }
        assertThatThrownBy(backend::close)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("expected X but got Q");
    }

    private static ScriptedClient loggedIn(ScriptedBackend backend) throws IOException {
        ScriptedClient client = ScriptedClient.connect(backend.host(), backend.port());
        client.login(FrontendBytes.PROTOCOL_3_0, Map.of("user", "me"), "");
        return client;
    }
}
