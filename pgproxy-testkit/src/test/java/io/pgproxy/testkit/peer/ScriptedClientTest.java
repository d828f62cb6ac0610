package io.pgproxy.testkit.peer;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.copyData;
import static io.pgproxy.testkit.peer.FrontendBytes.copyDone;
import static io.pgproxy.testkit.peer.FrontendBytes.describePortal;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.flush;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@WithPostgres(
        hba = {
            "host all clear_user 127.0.0.1/32 password",
            "host all md5_user 127.0.0.1/32 md5",
            "host all scram_user 127.0.0.1/32 scram-sha-256"
        })
class ScriptedClientTest {

    private final TestDatabase database;

    ScriptedClientTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeAll
    static void createUsers(TestDatabase database) throws Exception {
        database.execute("CREATE ROLE clear_user LOGIN PASSWORD 'secret'");
        database.execute("CREATE ROLE scram_user LOGIN PASSWORD 'secret'");
        database.execute("SET password_encryption = md5; CREATE ROLE md5_user LOGIN PASSWORD 'secret'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgres", "clear_user", "md5_user", "scram_user"})
    void everyKindOfLoginWorks(String user) throws Exception {
        try (ScriptedClient client = connect()) {
            client.login(user, "secret", database.name());
            client.send(query("SELECT current_user"));
            assertThat(client.expect("TDCZ").get(1).values()).containsExactly(user);
            assertThat(client.parameters()).containsEntry("client_encoding", "UTF8");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"clear_user", "md5_user", "scram_user"})
    void aWrongPasswordIsRefused(String user) throws Exception {
        try (ScriptedClient client = connect()) {
            List<WireMessage> answer = client.tryLogin(
                    FrontendBytes.PROTOCOL_3_0, Map.of("user", user, "database", database.name()), "wrong");
            assertThat(WireMessage.tags(answer)).matches("R+E!");
            WireMessage error = answer.get(answer.size() - 2);
            assertThat(error.sqlState()).isEqualTo("28P01");
            assertThat(error.severity()).isEqualTo("FATAL");
            assertThat(error.text()).contains(user);
        }
        try (ScriptedClient client = connect()) {
            assertThatThrownBy(() -> client.login(user, "wrong", database.name()))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("28P01");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1000})
    void piecesOfAnySizeAreTheSameToTheServer(int size) throws Exception {
        try (ScriptedClient client = loggedIn()) {
            client.sendInPieces(query("SELECT 1 AS a, NULL AS b; SELECT 2"), size);
            List<WireMessage> answer = client.expect("TDCTDCZ");
            assertThat(answer.get(1).values()).containsExactly("1", null);
        }
    }

    @Test
    void splitsAreWhereTheyAreAskedFor() throws Exception {
        byte[] message = query("SELECT 1");
        try (ScriptedClient client = loggedIn()) {
            client.sendSplit(message, 1, 5, message.length - 1);
            client.expect("TDCZ");
        }
    }

    @Test
    void aPipelineIsReadGroupByGroup() throws Exception {
        try (ScriptedClient client = loggedIn()) {
            client.send(
                    parse("", "SELECT $1::int / $2::int"),
                    bind("", "", "4", "2"),
                    describePortal(""),
                    execute(),
                    sync(),
                    bind("", "", "1", "0"),
                    execute(),
                    bind("", "", "6", "2"),
                    execute(),
                    sync(),
                    bind("", "", "6", null),
                    execute(),
                    sync());
            assertThat(client.expect("12TDCZ").get(3).values()).containsExactly("2");
            assertThat(client.expect("EZ").get(0).sqlState()).isEqualTo("22012");
            assertThat(client.expect("2DCZ").get(1).values()).containsExactly((String) null);
        }
    }

    @Test
    void answersToFlushAreReadByTheirNumber() throws Exception {
        try (ScriptedClient client = loggedIn()) {
            client.send(parse("s", "SELECT 1"), bind("", "s"), flush());
            client.expectNext("12");
            client.send(sync());
            client.expect("Z");
            client.send(parse("t", "SELECT 1"), flush());
            assertThatThrownBy(() -> client.expectNext("2"))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("expected 2");
        }
    }

    @Test
    void anotherSequenceThanExpectedIsShown() throws Exception {
        try (ScriptedClient client = loggedIn()) {
            client.send(query("SELECT 1 FROM nowhere"));
            assertThatThrownBy(() -> client.expect("TD*CZ"))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("but got EZ")
                    .hasMessageContaining("E(ERROR 42P01 relation \"nowhere\" does not exist)");
        }
    }

    @Test
    void copyInWaitsForTheClient() throws Exception {
        try (ScriptedClient client = loggedIn()) {
            client.send(query("CREATE TEMP TABLE t (a int); COPY t FROM STDIN"));
            client.expect("CG");
            client.send(copyData("1\n2\n"), copyData("3\n"), copyDone());
            assertThat(client.expect("CZ").get(0).string()).isEqualTo("COPY 3");
        }
    }

    @Test
    void equalRunsAreEqualInEveryByte() throws Exception {
        byte[][] runs = new byte[2][];
        for (int run = 0; run < 2; run++) {
            try (ScriptedClient client = loggedIn()) {
                client.startRecording();
                client.send(query("SELECT g FROM generate_series(1, 100) g"));
                List<WireMessage> answer = client.expect("TD{100}CZ");
                runs[run] = client.recorded();
                assertThat(WireMessage.bytes(answer)).isEqualTo(runs[run]);
            }
        }
        assertThat(runs[0]).isEqualTo(runs[1]).hasSizeGreaterThan(1000);
    }

    @Test
    void aCancelRequestEndsTheStatement() throws Exception {
        try (ScriptedClient client = loggedIn()) {
            client.send(query("SELECT pg_sleep(60)"));
            awaitActive(client.processId());
            byte[] wrong = client.secretKey();
            wrong[0]++;
            ScriptedClient.cancel(database.host(), database.port(), client.processId(), wrong);
            ScriptedClient.cancel(database.host(), database.port(), client.processId(), client.secretKey());
            assertThat(client.expect("T?EZ").stream()
                            .filter(message -> message.tag() == 'E')
                            .map(WireMessage::sqlState))
                    .containsExactly("57014");
        }
    }

    @Test
    void theAnswerToAnSslRequestIsOneByte() throws Exception {
        try (ScriptedClient client = connect()) {
            client.send(FrontendBytes.sslRequest());
            assertThat(new String(client.readBytes(1), UTF_8)).isEqualTo("N");
            client.login("postgres", "", database.name());
        }
    }

    @Test
    void aClientThatDoesNotReadStallsTheServer() throws Exception {
        try (ScriptedClient client = ScriptedClient.connect(database.host(), database.port(), 4096)) {
            client.login("postgres", "", database.name());
            client.send(query("SELECT repeat('x', 1000000) FROM generate_series(1, 1000)"));
            assertThat(client.skipBytes(1_000_000)).isEqualTo(1_000_000);
            database.execute("SELECT pg_terminate_backend(" + client.processId() + ")");
        }
    }

    @Test
    void endingsShowOnTheOtherSide() throws Exception {
        try (ScriptedClient vanished = loggedIn();
                ScriptedClient finished = loggedIn()) {
            vanished.reset();
            awaitGone(vanished.processId());

            finished.send(query("SELECT 1"));
            finished.halfClose();
            finished.expect("TDCZ");
            finished.expect("!");
            assertThatThrownBy(() -> finished.readBytes(1)).isInstanceOf(EOFException.class);
            finished.awaitEnd();
        }
    }

    @Test
    void aServerThatSaysNothingRunsIntoTheLimit() throws Exception {
        try (ScriptedClient client = connect().timeout(Duration.ofMillis(20))) {
            assertThatThrownBy(client::readMessage).isInstanceOf(SocketTimeoutException.class);
            assertThatThrownBy(client::awaitEnd).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void longerCancelKeysComeWithProtocol32(@WithPostgres(version = 18) TestDatabase newer) throws Exception {
        try (ScriptedClient client = ScriptedClient.connect(newer.host(), newer.port())) {
            client.login(FrontendBytes.PROTOCOL_3_2, Map.of("user", newer.user(), "database", newer.name()), "");
            assertThat(client.secretKey()).hasSize(32);
        }
    }

    private ScriptedClient connect() throws IOException {
        return ScriptedClient.connect(database.host(), database.port());
    }

    private ScriptedClient loggedIn() throws IOException {
        ScriptedClient client = connect();
        client.login("postgres", "postgres", database.name());
        return client;
    }

    private void awaitActive(int pid) throws Exception {
        awaitCount("WHERE pid = " + pid + " AND wait_event = 'PgSleep'", "1");
    }

    private void awaitGone(int pid) throws Exception {
        awaitCount("WHERE pid = " + pid, "0");
    }

    /** Each round is a query of its own, which is pause enough. */
    private void awaitCount(String condition, String count) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!database.query("SELECT count(*) FROM pg_stat_activity " + condition)
                .equals(List.of(Arrays.asList(count)))) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
        }
    }
}
