package io.pgproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.Terms;
import io.pgproxy.hook.Verdict;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.FrontendBytes;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A Bind that the server would refuse is refused as the server does it, and the session goes on. */
@WithPostgres
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MalformedBindTest {
    private final TestDatabase database;
    private CachingProxy proxy;
    /** Has a hook that must see the values. */
    private CachingProxy reading;

    MalformedBindTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeAll
    void start() throws Exception {
        database.execute("""
                DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public;
                CREATE TABLE item (v int);
                INSERT INTO item VALUES (1);
                """);
        proxy = CachingProxy.before(database);
        reading = CachingProxy.before(database, cache -> {}, QueryHook.admit(execution -> {
            return execution.parameters().isEmpty() ? Verdict.proceed() : Verdict.of(Terms.NONE);
        }));
        try (ScriptedClient client = proxy.client()) { // its description is known then
            for (int i = 0; i < 2; i++) {
                answers(client, FrontendBytes.bind("", "", "1"));
            }
            assertThat(proxy.cache().statistics().hits()).isPositive();
        }
    }

    @AfterAll
    void stop() {
        proxy.close();
        reading.close();
    }

    /** Bodies of Bind behind the names of portal and statement. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "a result format that there is not, 0000 0001 00000001 31 0001 0002",
        "a negative result format, 0000 0001 00000001 31 0001 ffff",
        "a parameter format that there is not, 0001 0002 0001 00000001 31 0000",
        "more formats than parameters, 0002 0000 0000 0001 00000001 31 0000",
        "more result formats than columns, 0000 0001 00000001 31 0002 0000 0000",
        "no parameters, 0000 0000 0000",
        "two parameters, 0000 0002 00000001 31 00000001 32 0000",
        "a value that is cut off, 0000 0001 000000ff 31 0000",
        "a length below that of null, 0000 0001 fffffffe 31 0000",
        "bytes behind the end, 0000 0001 00000001 31 0000 00",
        "no result formats' count, 0000 0001 00000001 31",
        "nothing, ''",
        "a value that is no number, 0000 0001 00000001 78 0000"
    })
    void isRefusedAsByTheServer(String what, String body) throws Exception {
        byte[] bind = FrontendBytes.message('B', HexFormat.of().parseHex("0000" + body.replace(" ", "")));
        List<String> byTheServer;
        try (ScriptedClient direct = ScriptedClient.connect(database.host(), database.port())) {
            direct.login(database.user(), database.password(), database.name());
            byTheServer = answers(direct, bind);
        }
        for (CachingProxy each : List.of(proxy, reading)) {
            try (ScriptedClient client = each.client()) {
                assertThat(answers(client, bind)).isEqualTo(byTheServer);
            }
        }
    }

    private static List<String> answers(ScriptedClient client, byte[] bind) throws IOException {
        client.send(
                FrontendBytes.parse("", "SELECT v FROM item WHERE v = $1"),
                bind,
                FrontendBytes.execute(),
                FrontendBytes.sync(),
                FrontendBytes.query("SELECT 7"));
        return Stream.concat(client.readUntilReady().stream(), client.readUntilReady().stream())
                .filter(message -> "EDZ".indexOf(message.tag()) >= 0)
                .map(MalformedBindTest::shown)
                .toList();
    }

    private static String shown(WireMessage message) {
        return message.tag() == 'E'
                ? message.field('S') + " " + message.field('C') + " " + message.field('M')
                : message.toString();
    }
}
