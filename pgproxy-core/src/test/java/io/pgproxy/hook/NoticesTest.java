package io.pgproxy.hook;

import static io.pgproxy.hook.Told.ask;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a hook tells a client stands in front of the reply it is about, be that an error. */
@WithPostgres
class NoticesTest {
    private static final String PASSES = "select 1 as noticed";
    private static final String REFUSED = "select 2 as noticed_and_refused";

    private final TestDatabase database;
    private HookedProxy proxy;
    private ScriptedClient client;

    NoticesTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        proxy = HookedProxy.before(database, QueryHook.admit(NoticesTest::admit));
        client = proxy.client();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        proxy.close();
    }

    private static Verdict<Terms> admit(Execution execution) {
        String sql = execution.statement().sql();
        if (sql.contains("noticed")) {
            execution.session().notice("look");
        }
        return sql.contains("refused") ? Verdict.reject("42501", "no") : Verdict.proceed();
    }

    @Test
    void ofAStatementThatPasses() throws Exception {
        assertThat(ask(client, PASSES)).isEqualTo("N(look) T[noticed] D[1] C(SELECT 1) ZI");
        assertThat(ask(client, parse("", PASSES), bind("", ""), execute(), sync()))
                .isEqualTo("1 N(look) 2 D[1] C(SELECT 1) ZI");
    }

    @Test
    void ofAStatementThatIsRefused() throws Exception {
        assertThat(ask(client, REFUSED)).isEqualTo("N(look) E(42501) ZI");
        assertThat(ask(client, parse("", REFUSED), bind("", ""), execute(), sync()))
                .isEqualTo("1 N(look) E(42501) ZI");
        assertThat(ask(client, "select 3 as plain")).isEqualTo("T[plain] D[3] C(SELECT 1) ZI");
    }

    @Test
    void ofAStatementThatIsRefusedInABlockOrBehindOthers() throws Exception {
        client.send(query("select 3 as plain"), query(REFUSED));

        assertThat(Told.next(client)).isEqualTo("T[plain] D[3] C(SELECT 1) ZI");
        assertThat(Told.next(client)).isEqualTo("N(look) E(42501) ZI");
        assertThat(ask(client, "begin")).isEqualTo("C(BEGIN) ZT");
        assertThat(ask(client, REFUSED)).isEqualTo("N(look) E(42501) ZE");
        assertThat(ask(client, "rollback")).isEqualTo("C(ROLLBACK) ZI");
    }
}
