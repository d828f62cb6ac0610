package io.pgproxy.core.abuse;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.copyData;
import static io.pgproxy.testkit.peer.FrontendBytes.copyDone;
import static io.pgproxy.testkit.peer.FrontendBytes.copyFail;
import static io.pgproxy.testkit.peer.FrontendBytes.describePortal;
import static io.pgproxy.testkit.peer.FrontendBytes.describeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.flush;
import static io.pgproxy.testkit.peer.FrontendBytes.functionCall;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.startup;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static io.pgproxy.testkit.peer.FrontendBytes.terminate;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.wire.Relay;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.BackendConnection;
import io.pgproxy.testkit.peer.ScriptedBackend;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** However the bytes of either side are cut into pieces, the other side gets the same. */
@WithPostgres
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SplitTest {
    private TestDatabase database;
    private Relay relay;
    private byte[] asked;
    private List<WireMessage> answered;

    @BeforeAll
    void record(TestDatabase given) throws Exception {
        database = given;
        database.execute("CREATE TABLE t (a int)");
        relay = Relay.to(given);
        asked = conversation();
        try (ScriptedClient direct = ScriptedClient.connect(database.host(), database.port())) {
            direct.send(asked);
            answered = heard(direct);
        }
        assertThat(WireMessage.tags(answered))
                .matches("RS+KZ" + "TDCTDCCZ" + "1tT2DDsDCZ" + "EZ" + "VZ" + "GCZ" + "12GEZ" + "IZ" + "HddcCZ" + "!");
    }

    @AfterAll
    void stop() {
        relay.close();
    }

    /** A whole session in one flight: every kind of message a client has. */
    private byte[] conversation() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] message : List.of(
                startup(database.user(), database.name()),
                query("SELECT 1; SELECT 'two'; SET work_mem = '5MB'"),
                parse("s", "SELECT generate_series(1, $1::int)"),
                describeStatement("s"),
                bind("p", "s", "3"),
                execute("p", 2),
                flush(),
                execute("p", 0),
                sync(),
                parse("", "SELECT nothing"),
                bind("", ""),
                describePortal(""),
                execute(),
                sync(),
                functionCall(177, "40", "2"),
                query("COPY t FROM STDIN"),
                copyData("1\n2"),
                copyData("3\n"),
                copyDone(),
                parse("", "COPY t FROM STDIN"),
                bind("", ""),
                execute(),
                copyData("4\n"),
                copyFail("no"),
                sync(),
                query(""),
                query("COPY (VALUES (1), (2)) TO STDOUT"),
                terminate())) {
            all.writeBytes(message);
        }
        return all.toByteArray();
    }

    private static List<WireMessage> heard(ScriptedClient client) throws IOException {
        List<WireMessage> heard = new ArrayList<>();
        WireMessage message;
        do {
            message = client.readMessage();
            heard.add(message.tag() == 'K' ? new WireMessage('K', new byte[0]) : message);
        } while (!message.equals(WireMessage.END));
        return heard;
    }

    @Test
    void anySingleSplitOfTheClientsBytesGivesTheSameAnswers() throws Exception {
        int step = Fuzz.isLong() ? 1 : 7;
        for (int at = 1; at < asked.length; at += step) {
            assertSameAnswers(at);
        }
    }

    @Test
    void theClientsBytesMayComeOneByOne() throws Exception {
        try (ScriptedClient client = relay.connect()) {
            client.sendInPieces(asked, 1);
            assertThat(heard(client)).isEqualTo(answered);
        }
    }

    @Test
    void manySplitsOfTheClientsBytesGiveTheSameAnswers() throws Exception {
        for (long seed : Fuzz.seeds(20).toArray()) {
            Random random = new Random(seed);
            assertSameAnswers(Fuzz.splits(random, asked.length, 2 + random.nextInt(60)));
        }
    }

    private void assertSameAnswers(int... splits) throws IOException {
        try (ScriptedClient client = relay.connect()) {
            client.sendSplit(asked, splits);
            assertThat(heard(client)).as("split at %s", splits).isEqualTo(answered);
        }
    }

    /** The server's own bytes, played back by a script that cuts them wherever it is told to. */
    @Test
    void anySplitOfTheServersBytesGivesTheClientTheSame() throws Exception {
        List<WireMessage> login = answered.subList(0, WireMessage.tags(answered).indexOf('Z') + 1);
        byte[] rest = WireMessage.bytes(answered.subList(login.size(), answered.size()));
        List<int[]> cuts = new ArrayList<>();
        for (int at = 1; at < rest.length; at += Fuzz.isLong() ? 1 : 3) {
            cuts.add(new int[] {at});
        }
        Fuzz.seeds(20)
                .mapToObj(Random::new)
                .forEach(random -> cuts.add(Fuzz.splits(random, rest.length, 1 + random.nextInt(30))));
        try (ScriptedBackend upstream =
                        ScriptedBackend.start(connection -> play(connection, rest, cuts.get(connection.number())));
                Relay toScript = Relay.to(upstream.host(), upstream.port())) {
            for (int[] cut : cuts) {
                try (ScriptedClient client = toScript.connect()) {
                    client.send(asked);
                    List<WireMessage> heard = heard(client);
                    assertThat(heard.subList(heard.size() - answered.size() + login.size(), heard.size()))
                            .as("split at %s", cut)
                            .isEqualTo(answered.subList(login.size(), answered.size()));
                }
            }
        }
    }

    private static void play(BackendConnection connection, byte[] answers, int[] cut) throws IOException {
        connection.greet();
        List<WireMessage> all = new ArrayList<>();
        do {
            all.add(connection.readMessage());
        } while (all.get(all.size() - 1).tag() != 'X');
        connection.sendSplit(answers, cut);
    }
}
