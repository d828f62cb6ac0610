package io.pgproxy.readonly;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.hook.HookChain;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.Verdict;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.FrontendBytes;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A proxy that becomes read-only while clients are there: their sessions were not asked for as READ ONLY. */
@WithPostgres
class LateReadOnlyTest {
    @Test
    void sessionsThatBeganBeforeEndAndOthersRead(TestDatabase database) throws Exception {
        database.execute("CREATE TABLE t (a int); CREATE FUNCTION writes() RETURNS int LANGUAGE sql AS"
                + " 'INSERT INTO t VALUES (1) RETURNING a'");
        try (ProxyServer proxy = ProxyServer.builder()
                        .listen("127.0.0.1", 0)
                        .upstream(database.url())
                        .drainDeadline(Duration.ofSeconds(1))
                        .hook("any", QueryHook.admit(execution -> Verdict.proceed()))
                        .build()
                        .start();
                ScriptedClient early = login(proxy, database);
                ScriptedClient prepared = login(proxy, database)) {
            prepared.send(FrontendBytes.parse("s", "SELECT writes()"), FrontendBytes.sync());
            prepared.readUntilReady();
            proxy.hooks(HookChain.builder()
                    .hook("read-only", ReadOnlyHook.builder().build())
                    .build());

            early.send(FrontendBytes.query("SELECT writes()"));
            assertEndsWithFatal(early.readUntilReady());
            prepared.send(FrontendBytes.bind("", "s"), FrontendBytes.execute(), FrontendBytes.sync());
            assertEndsWithFatal(prepared.readUntilReady());
            try (ScriptedClient late = login(proxy, database)) {
                late.send(FrontendBytes.query("SELECT writes()"));
                assertThat(late.expect("T?EZ"))
                        .filteredOn(message -> message.tag() == 'E')
                        .singleElement()
                        .satisfies(error -> assertThat(error.sqlState()).isEqualTo("25006"));
                late.send(FrontendBytes.query("SELECT a FROM t"));
                late.expect("TCZ");
            }
        }
        assertThat(database.query("SELECT a FROM t")).isEmpty();
    }

    private static ScriptedClient login(ProxyServer proxy, TestDatabase database) throws Exception {
        ScriptedClient client = ScriptedClient.connect("127.0.0.1", proxy.port());
        client.login(database.user(), database.password(), database.name());
        return client;
    }

    private static void assertEndsWithFatal(List<WireMessage> answer) {
        assertThat(answer)
                .endsWith(WireMessage.END)
                .filteredOn(message -> message.tag() == 'E')
                .singleElement()
                .satisfies(error -> {
                    assertThat(error.severity()).isEqualTo("FATAL");
                    assertThat(error.sqlState()).isEqualTo("25006");
                });
    }
}
