package io.pgproxy.routing;

import static io.pgproxy.testkit.peer.FrontendBytes.copyFail;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.LocalPostgres;
import io.pgproxy.testkit.postgres.LocalReplica;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A replica is never sent what it cannot do: it would have refused, and said so in its log. */
@Timeout(300)
class SplitCorpusTest {
    /** Every tenth text; all with 1 as this system property. */
    private static final int STEP = Integer.getInteger("pgproxy.corpus.step", 10);

    /** What would end the servers, or take for ever. */
    private static final Pattern LEFT_OUT = Pattern.compile(
            "(?is).*(pg_terminate_backend|pg_reload_conf|pg_rotate|alter\\s+system|create\\s+(database|tablespace)|pg_sleep"
                    + "|drop\\s+(database|owned)|reassign).*");

    private static final Pattern CANNOT =
            Pattern.compile("read-only transaction|recovery is in progress|during recovery|hot standby");

    @Test
    void ofTheWholeCorpusReplicasGetWhatTheyCanDo(@WithPostgres(own = true, primary = true) LocalPostgres primary)
            throws Exception {
        TestDatabase database = primary.createDatabase("corpus");
        try (LocalReplica replica =
                        primary.newReplica().setting("log_statement", "all").start();
                SplitProxy proxy = SplitProxy.before(
                        database,
                        List.of(replica),
                        options -> options.readYourWrites(false)
                                .blocks(Blocks.AGGRESSIVE)
                                .readOnlyTransactionsToReaders(true))) {
            int asked = 0;
            ScriptedClient client = proxy.client();
            List<String> refused = new ArrayList<>();
            List<String> texts = texts();
            for (int i = 0; i < texts.size(); i += STEP) {
                String sql = texts.get(i);
                if (LEFT_OUT.matcher(sql).matches()) {
                    continue;
                }
                asked++;
                client = ask(proxy, client, sql, refused);
            }
            client.close();
            assertThat(refused).isEmpty();
            assertThat(replica.server()
                            .log()
                            .lines()
                            .filter(line -> CANNOT.matcher(line).find()))
                    .isEmpty();
            assertThat(asked).isGreaterThan(3_000 / STEP);
            assertThat(proxy.split().counts().reads())
                    .as("%s", proxy.split().counts())
                    .isGreaterThan(500 / STEP);
        }
    }

    private static ScriptedClient ask(SplitProxy proxy, ScriptedClient client, String sql, List<String> refused)
            throws Exception {
        client.send(query("set statement_timeout = '1s'"), query(sql));
        for (int i = 0; i < 2; i++) {
            WireMessage message;
            do {
                message = client.readMessage();
                if (message.tag() == 'G') {
                    client.send(copyFail("no data"));
                } else if (message.tag() == 'E'
                        && CANNOT.matcher(String.valueOf(message.text())).find()) {
                    refused.add(message.text() + ": " + sql);
                }
            } while (message.tag() != 'Z' && !message.equals(WireMessage.END));
            if (message.equals(WireMessage.END)) {
                client.close();
                return proxy.client();
            }
        }
        client.send(query("rollback"), query("discard all"));
        client.readUntilReady();
        client.readUntilReady();
        return client;
    }

    private static List<String> texts() throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        List<String> texts = new ArrayList<>();
        try (InputStream in =
                Objects.requireNonNull(SplitCorpusTest.class.getResourceAsStream("/corpus/sql-valid.jsonl"))) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                texts.add(mapper.readTree(line).get("sql").asText());
            }
        }
        return texts;
    }
}
