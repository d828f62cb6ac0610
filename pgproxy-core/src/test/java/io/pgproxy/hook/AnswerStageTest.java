package io.pgproxy.hook;

import static io.pgproxy.hook.Told.ask;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.bindBinary;
import static io.pgproxy.testkit.peer.FrontendBytes.closePortal;
import static io.pgproxy.testkit.peer.FrontendBytes.closeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.describePortal;
import static io.pgproxy.testkit.peer.FrontendBytes.describeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.flush;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.PgError;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The proxy answers by itself, and a client cannot tell it from the server. */
@WithPostgres
class AnswerStageTest {
    private static final List<Column> COLUMNS = List.of(Column.int4("n"), Column.text("t"));

    private final TestDatabase database;
    private HookedProxy proxy;
    private ScriptedClient client;

    AnswerStageTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        database.execute("DROP TABLE IF EXISTS t; CREATE TABLE t (a int)");
        proxy = HookedProxy.before(database, QueryHook.answer(AnswerStageTest::answer));
        client = proxy.client();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        proxy.close();
    }

    private static Verdict<Answer> answer(Statement statement) {
        String sql = statement.sql();
        if (!sql.contains("own_")) {
            return Verdict.proceed();
        }
        return sql.contains("own_command")
                ? Verdict.of(new Answer(List.of(), run -> Verdict.of(Reply.command("SET"))))
                : Verdict.of(new Answer(COLUMNS, run -> reply(sql, run)));
    }

    private static Verdict<Reply> reply(String sql, Execution run) {
        Reply reply = Reply.of(COLUMNS).row(1, "one").row(2, null).row(3, "three");
        if (sql.contains("own_error")) {
            return Verdict.reject("42501", "not for you");
        }
        if (sql.contains("own_noticed")) {
            return Verdict.of(reply.withNotice(PgError.notice("mind")));
        }
        if (sql.contains("own_later")) {
            CompletableFuture<Verdict<Reply>> later = new CompletableFuture<>();
            run.session().executor().execute(() -> later.complete(Verdict.of(reply)));
            return Verdict.defer(later);
        }
        if (sql.contains("own_empty")) {
            return Verdict.of(Reply.of(COLUMNS));
        }
        if (sql.contains("own_other")) {
            return Verdict.of(Reply.of(List.of(Column.int4("n"))).row(1));
        }
        return Verdict.of(reply);
    }

    private static final String ROWS = "D[1, one] D[2, null] D[3, three] C(SELECT 3)";

    @Test
    void toAQuery() throws Exception {
        assertThat(ask(client, "select own_rows()")).isEqualTo("T[n, t] " + ROWS + " ZI");
        assertThat(ask(client, "select own_noticed()")).isEqualTo("T[n, t] N(mind) " + ROWS + " ZI");
        assertThat(ask(client, "select own_later()")).isEqualTo("T[n, t] " + ROWS + " ZI");
        assertThat(ask(client, "select own_empty()")).isEqualTo("T[n, t] C(SELECT 0) ZI");
        assertThat(ask(client, "set own_command to 1")).isEqualTo("C(SET) ZI");
        assertThat(ask(client, "select own_error()")).isEqualTo("E(42501) ZI");
        assertThat(ask(client, "select own_other()")).isEqualTo("E(58000) ZI");
    }

    @Test
    void toEachMessageOfTheExtendedProtocol() throws Exception {
        assertThat(ask(client, parse("s", "select own_rows()"), describeStatement("s"), sync()))
                .isEqualTo("1 t T[n, t] ZI");
        assertThat(ask(client, bind("", "s"), describePortal(""), execute(), sync()))
                .isEqualTo("2 T[n, t] " + ROWS + " ZI");
        assertThat(ask(client, bindBinary("", "s", List.of()), describePortal(""), execute(), sync()))
                .isEqualTo("2 T[n*, t*] D[\0\0\0\1, one] D[\0\0\0\2, null] D[\0\0\0\3, three] C(SELECT 3) ZI");
        assertThat(ask(client, parse("", "set own_command to 1"), describeStatement(""), bind("", ""), sync()))
                .isEqualTo("1 t n 2 ZI");
        assertThat(ask(client, parse("", "set own_command to 1"), bind("", ""), describePortal(""), execute(), sync()))
                .isEqualTo("1 2 n C(SET) ZI");
        assertThat(ask(client, parse("", "select own_noticed()"), bind("", ""), execute(), sync()))
                .isEqualTo("1 2 N(mind) " + ROWS + " ZI");
        assertThat(ask(client, parse("", "select own_later()"), bind("", ""), execute(), sync()))
                .isEqualTo("1 2 " + ROWS + " ZI");
    }

    @Test
    void toFlushAsToSync() throws Exception {
        client.send(parse("", "select own_rows()"), describeStatement(""), flush());
        client.expectNext("1tT");
        client.send(bind("", ""), execute(), flush());
        client.expectNext("2DDDC");
        assertThat(ask(client, sync())).isEqualTo("ZI");
    }

    @Test
    void someRowsAtATime() throws Exception {
        assertThat(ask(client, parse("", "select own_rows()"), bind("p", ""), execute("p", 2), execute("p", 2), sync()))
                .isEqualTo("1 2 D[1, one] D[2, null] s D[3, three] C(SELECT 1) ZI");
        assertThat(ask(client, execute("p", 0), sync())).isEqualTo("E(34000) ZI");
        assertThat(ask(client, "begin")).isEqualTo("C(BEGIN) ZT");
        assertThat(ask(client, parse("", "select own_rows()"), bind("p", ""), execute("p", 1), sync()))
                .isEqualTo("1 2 D[1, one] s ZT");
        assertThat(ask(client, execute("p", 1), closePortal("p"), sync())).isEqualTo("D[2, null] s 3 ZT");
        assertThat(ask(client, execute("p", 1), sync())).isEqualTo("E(34000) ZE");
        assertThat(ask(client, "rollback")).isEqualTo("C(ROLLBACK) ZI");
    }

    @Test
    void theTagOfEachPartIsThatOfTheServer() throws Exception {
        String own = parts("select own_rows()");
        String ofServer;
        client.close();
        try (ScriptedClient direct = proxy.direct()) {
            client = direct;
            ofServer = parts("select * from (values (1, 'one'), (2, null), (3, 'three')) v (n, t)");
        }
        client = proxy.client();

        assertThat(own).isEqualTo(ofServer);
    }

    private String parts(String sql) throws Exception {
        return ask(client, parse("", sql), bind("", ""), execute("", 1), execute("", 2), execute("", 2), sync())
                + ask(client, "begin")
                + ask(client, parse("", sql), bind("", ""), execute("", 3), execute("", 3), execute("", 3), sync())
                + ask(client, "rollback")
                + ask(client, parse("", sql), bind("", ""), execute("", 0), execute("", 1), sync())
                + ask(client, parse("", sql), bind("q", ""), bind("q", ""), sync())
                + ask(client, bind("q", "none"), sync())
                + ask(client, parse("dup", sql), sync())
                + ask(client, parse("dup", sql), sync())
                + ask(client, closeStatement("dup"), parse("dup", sql), sync())
                + ask(client, "begin")
                + ask(client, parse("", sql), bind("open", ""), execute("open", 1), sync())
                + ask(client, "select 1/0 as a")
                + ask(client, parse("", sql), sync())
                + ask(client, describeStatement("dup"), sync())
                + ask(client, describePortal("open"), sync())
                + ask(client, execute("open", 1), sync())
                + ask(client, bind("", "dup"), sync())
                + ask(client, "rollback");
    }

    @Test
    void amidStatementsOfTheUpstream() throws Exception {
        assertThat(ask(
                        client,
                        parse("", "insert into t values (1)"),
                        bind("", ""),
                        execute(),
                        parse("", "select own_rows()"),
                        bind("", ""),
                        execute("", 1),
                        parse("", "select a from t"),
                        bind("", ""),
                        describePortal(""),
                        execute(),
                        sync()))
                .isEqualTo("1 2 C(INSERT 0 1) 1 2 D[1, one] s 1 2 T[a] D[1] C(SELECT 1) ZI");
        assertThat(ask(
                        client,
                        parse("", "select own_rows()"),
                        bind("", ""),
                        execute(),
                        parse("", "select 1/(select 0)"),
                        bind("", ""),
                        execute(),
                        parse("", "select own_rows()"),
                        bind("", ""),
                        execute(),
                        sync()))
                .isEqualTo("1 2 " + ROWS + " 1 2 E(22012) ZI");
    }

    @Test
    void behindAnErrorOfTheSameBatchItIsSkipped() throws Exception {
        assertThat(ask(
                        client,
                        parse("", "select 1/(select 0)"),
                        bind("", ""),
                        execute(),
                        parse("", "select own_rows()"),
                        bind("", ""),
                        execute(),
                        sync(),
                        query("select own_rows()")))
                .isEqualTo("1 2 E(22012) ZI");
        assertThat(Told.next(client)).isEqualTo("T[n, t] " + ROWS + " ZI");
    }

    @Test
    void pipelinedAcrossSyncsInOrder() throws Exception {
        client.send(
                query("select pg_sleep(0.02)"),
                query("select own_rows()"),
                query("begin"),
                query("select own_later()"),
                query("select 5 as five"),
                query("commit"),
                query("select own_rows()"));

        assertThat(Told.next(client)).contains("pg_sleep");
        assertThat(Told.next(client)).isEqualTo("T[n, t] " + ROWS + " ZI");
        assertThat(Told.next(client)).isEqualTo("C(BEGIN) ZT");
        assertThat(Told.next(client)).isEqualTo("T[n, t] " + ROWS + " ZT");
        assertThat(Told.next(client)).isEqualTo("T[five] D[5] C(SELECT 1) ZT");
        assertThat(Told.next(client)).isEqualTo("C(COMMIT) ZI");
        assertThat(Told.next(client)).isEqualTo("T[n, t] " + ROWS + " ZI");
    }

    @Test
    void aReplyThatIsAnErrorFailsItsBlock() throws Exception {
        assertThat(ask(client, "begin; insert into t values (7)")).endsWith("ZT");
        assertThat(ask(client, "select own_error()")).isEqualTo("E(42501) ZE");
        assertThat(ask(client, "select own_rows()")).isEqualTo("E(25P02) ZE");
        assertThat(ask(client, parse("", "select own_rows()"), bind("", ""), execute(), sync()))
                .isEqualTo("E(25P02) ZE");
        assertThat(ask(client, "rollback")).isEqualTo("C(ROLLBACK) ZI");
        assertThat(ask(
                        client,
                        parse("", "insert into t values (8)"),
                        bind("", ""),
                        execute(),
                        parse("", "select own_error()"),
                        bind("", ""),
                        execute(),
                        parse("", "insert into t values (9)"),
                        bind("", ""),
                        execute(),
                        sync()))
                .isEqualTo("1 2 C(INSERT 0 1) 1 2 E(42501) ZI");
        assertThat(database.query("select * from t")).isEmpty();
    }

    @Test
    void amongOtherStatementsOfAQueryItIsRefused() throws Exception {
        assertThat(ask(client, "insert into t values (1); select own_rows()")).isEqualTo("E(0A000) ZI");
        assertThat(ask(client, "begin; select own_rows()")).isEqualTo("E(0A000) ZI");
        assertThat(database.query("select * from t")).isEmpty();
    }

    @Test
    void namesCanBeClosedAndTakenAgain() throws Exception {
        assertThat(ask(client, parse("s", "select own_rows()"), closeStatement("s"), sync()))
                .isEqualTo("1 3 ZI");
        assertThat(ask(client, parse("s", "select 1 as a"), bind("", "s"), execute(), sync()))
                .isEqualTo("1 2 D[1] C(SELECT 1) ZI");
        assertThat(ask(client, parse("s", "select own_rows()"), sync())).isEqualTo("E(42P05) ZI");
        assertThat(ask(client, bind("", "s"), execute(), closeStatement("s"), sync()))
                .isEqualTo("2 D[1] C(SELECT 1) 3 ZI");
        assertThat(ask(client, parse("s", "select own_rows()"), sync())).isEqualTo("1 ZI");
        assertThat(ask(client, parse("s", "select 1"), sync())).isEqualTo("E(42P05) ZI");
        assertThat(ask(client, "deallocate s")).isEqualTo("C(DEALLOCATE) ZI");
        assertThat(ask(client, parse("s", "select 1"), sync())).isEqualTo("1 ZI");
        assertThat(ask(client, parse("", "select own_rows()"), sync())).isEqualTo("1 ZI");
        assertThat(ask(client, "select 1 as a")).endsWith("ZI");
        assertThat(ask(client, bind("", ""), sync())).isEqualTo("E(26000) ZI");
    }

    @Test
    void toADriverWithinATransaction() throws Exception {
        try (Connection connection = DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/" + database.name()
                        + "?prepareThreshold=2&binaryTransfer=true",
                database.user(),
                database.password())) {
            connection.setAutoCommit(false);
            for (int i = 0; i < 6; i++) {
                try (PreparedStatement prepared = connection.prepareStatement("select own_rows(?)")) {
                    prepared.setFetchSize(2);
                    prepared.setInt(1, i);
                    try (ResultSet rows = prepared.executeQuery()) {
                        for (int row = 1; row <= 3; row++) {
                            assertThat(rows.next()).isTrue();
                            assertThat(rows.getInt(1)).isEqualTo(row);
                        }
                        assertThat(rows.next()).isFalse();
                    }
                }
                if (i % 2 == 0) {
                    connection.commit();
                }
            }
            connection.rollback();
        }
    }
}
