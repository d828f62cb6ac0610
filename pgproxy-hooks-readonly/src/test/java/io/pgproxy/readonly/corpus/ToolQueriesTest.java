package io.pgproxy.readonly.corpus;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.describeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** What tools and drivers ask before their user has asked anything is answered as by the server itself. */
@WithPostgres
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ToolQueriesTest {
    /** Views of what the server does right now, in which the sessions of this test show. */
    private static final String MOVING = "(?is).*pg_(stat|locks|prepared|cursors|available|settings|replication).*";

    /** Tools ask for these too: a write, and a look at a file of the server. */
    private static final String REFUSED = "(?is)(/\\*.*?\\*/)?\\s*select (nextval|pg_stat_file)\\(.*";

    private TestDatabase database;
    private ProxyServer proxy;

    @BeforeAll
    void start(TestDatabase given) throws Exception {
        database = given;
        proxy = ReadOnlyProxy.before(given.server(), given.name());
        Shop.in(given);
    }

    @AfterAll
    void stop() {
        proxy.close();
    }

    @TestFactory
    Stream<DynamicTest> toolsAreAnsweredAsByTheServer() {
        Map<String, List<ToolStatement>> bySource = new TreeMap<>();
        for (ToolStatement one : ToolStatement.harmless()) {
            bySource.computeIfAbsent(one.source(), source -> new ArrayList<>()).add(one);
        }
        assertThat(bySource).hasSizeGreaterThan(10);
        return bySource.entrySet().stream()
                .map(source -> dynamicTest(source.getKey(), () -> sameAnswers(source.getValue())));
    }

    private void sameAnswers(List<ToolStatement> statements) throws IOException {
        Map<String, String> direct = answers(statements, database.port());
        Map<String, String> proxied = answers(statements, proxy.port());

        proxied.forEach((sql, answer) -> {
            if (sql.matches(REFUSED)) {
                assertThat(answer).isEqualTo("EZ 25006 prepared EZ 25006");
            } else {
                assertThat(answer).as(sql).isEqualTo(direct.get(sql));
            }
        });
    }

    /** One session for all, as a tool has; ROLLBACK takes back what a statement has begun. */
    private Map<String, String> answers(List<ToolStatement> statements, int port) throws IOException {
        Map<String, String> answers = new LinkedHashMap<>();
        try (ScriptedClient client = ScriptedClient.connect("127.0.0.1", port)) {
            client.login(database.user(), database.password(), database.name());
            for (ToolStatement one : statements) {
                client.send(query(one.sql()));
                String simple = told(one, client.readUntilReady());
                client.send(query("ROLLBACK"));
                client.readUntilReady();
                client.send(parse("", one.sql()), describeStatement(""));
                client.send(one.hasParameters() ? sync() : executed());
                answers.put(one.sql(), simple + " prepared " + told(one, client.readUntilReady()));
                client.send(query("ROLLBACK"), query("DISCARD ALL"));
                client.readUntilReady();
                client.readUntilReady();
            }
        }
        return answers;
    }

    private static byte[] executed() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(bind("", ""));
        all.writeBytes(execute());
        all.writeBytes(sync());
        return all.toByteArray();
    }

    private static String told(ToolStatement asked, List<WireMessage> answer) {
        String tags = WireMessage.tags(answer);
        String shape = asked.sql().matches(MOVING) ? tags.replaceAll("D+", "D*") : tags.replace("S", "");
        return shape
                + answer.stream()
                        .filter(message -> message.tag() == 'E')
                        .map(message -> " " + message.sqlState())
                        .findFirst()
                        .orElse("");
    }
}
