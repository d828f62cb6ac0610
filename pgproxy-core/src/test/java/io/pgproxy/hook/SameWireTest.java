package io.pgproxy.hook;

import static io.pgproxy.hook.Asked.answer;
import static io.pgproxy.hook.Pipeline.join;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.closePortal;
import static io.pgproxy.testkit.peer.FrontendBytes.copyData;
import static io.pgproxy.testkit.peer.FrontendBytes.copyDone;
import static io.pgproxy.testkit.peer.FrontendBytes.copyFail;
import static io.pgproxy.testkit.peer.FrontendBytes.describePortal;
import static io.pgproxy.testkit.peer.FrontendBytes.describeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With hooks in every stage that all let pass, a client is answered as it would be by the server itself. */
@WithPostgres
class SameWireTest {
    private final TestDatabase database;
    private HookedProxy proxy;

    SameWireTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        database.execute("drop table if exists t; create table t (a int)");
        proxy = HookedProxy.before(
                database,
                QueryHook.all(
                        QueryHook.answer(statement -> Verdict.proceed()),
                        QueryHook.admit(execution -> Verdict.proceed()),
                        QueryHook.cache(execution -> Verdict.proceed()),
                        QueryHook.route(exchange -> Verdict.proceed()),
                        QueryHook.transform((statement, columns) -> RowTransform.each(row -> {}))));
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    @Test
    void dataOfACopyInTheSameBatch() throws Exception {
        byte[] copy = join(parse("", "copy t from stdin"), bind("", ""), execute());
        same(2, copy, copyData("1\n"), copyData("2\n"), copyDone(), sync(), query("select a from t order by a"));
        same(2, copy, copyFail("no"), sync(), query("select count(*) from t"));
        same(2, copy, sync(), copyData("3\n"), copyDone(), sync(), query("select count(*) from t"));
    }

    @Test
    void whatWaitsForTheAnswerToACopyWhoseSyncIsVoid() throws Exception {
        byte[] copy = join(parse("", "copy t from stdin"), bind("", ""), execute(), sync());
        same(2, copy, copyDone(), describeStatement(""), sync(), query("select 1"));
    }

    @Test
    void whatComesBehindARefusalThatHadToWait() throws Exception {
        byte[] insert = join(parse("", "insert into t values (1) returning a"), bind("", ""), execute());
        same(2, insert, bind("", "no such statement"), sync(), query("select a from t"));
    }

    @Test
    void aQueryWithoutAnyStatement() throws Exception {
        same(1, query(""));
        same(1, query("-- are you there?"));
    }

    @Test
    void theUnnamedStatementOutlivesAllNamedOnes() throws Exception {
        byte[] again = join(bind("", ""), execute(), sync());
        same(3, parse("", "select 1"), parse("d", "deallocate all"), bind("", "d"), execute(), sync(), again, again);
        same(2, parse("", "select 1"), parse("d", "discard all"), bind("", "d"), execute(), sync(), again);
    }

    @Test
    void namesThatAreNotThereInAFailedBlock() throws Exception {
        byte[] failed = join(query("begin"), query("select 1 / 0"));
        same(3, failed, bind("", "no such statement"), sync());
        same(3, failed, describeStatement("no such statement"), sync());
        same(3, failed, describePortal("no such portal"), sync());
        same(3, failed, execute("no such portal", 0), sync());
        same(3, failed, parse("", "select 1; select 2"), sync());
    }

    @Test
    void namesThatOnlyAnswersBehindACopyCouldTell() throws Exception {
        byte[] copy = join(parse("", "copy t from stdin"), bind("", ""), execute(), sync());
        byte[] behind = join(parse("", "select 1"), bind("", ""), execute(), sync());
        same(1, copy, behind, closePortal(""), sync());
    }

    /** Asks both, in one go. */
    private void same(int answers, byte[]... messages) throws Exception {
        List<String> expected;
        try (ScriptedClient direct = proxy.direct()) {
            expected = answers(direct, answers, messages);
        }
        database.execute("delete from t");
        try (ScriptedClient proxied = proxy.client()) {
            assertThat(answers(proxied, answers, messages)).isEqualTo(expected);
        }
        database.execute("delete from t");
    }

    private static List<String> answers(ScriptedClient client, int count, byte[]... messages) throws IOException {
        client.send(join(messages));
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            answers.add(answer(client));
        }
        return answers;
    }
}
