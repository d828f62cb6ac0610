package io.pgproxy.hook;

import static io.pgproxy.hook.Told.ask;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.describeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Statements get another text, whichever way they come. */
@WithPostgres
class RewriteStageTest {
    private final TestDatabase database;
    private HookedProxy proxy;
    private ScriptedClient client;

    RewriteStageTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        proxy = HookedProxy.before(
                database,
                HookChain.builder()
                        .hook("first", QueryHook.rewrite(RewriteStageTest::rewritten))
                        .hook("second", replacing("two", "'second'"))
                        .build());
        client = proxy.client();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        proxy.close();
    }

    private static Verdict<String> rewritten(Statement statement) {
        String sql = statement.sql();
        if (sql.contains("into several")) {
            return Verdict.of("select 1; drop table if exists none");
        }
        if (sql.contains("into garbage")) {
            return Verdict.of("select 'never closed");
        }
        if (sql.contains("into nothing")) {
            return Verdict.of("/* nothing */");
        }
        if (sql.contains("later")) {
            CompletableFuture<Verdict<String>> later = new CompletableFuture<>();
            statement.session().executor().execute(() -> later.complete(Verdict.of(sql.replace("later", "'later'"))));
            return Verdict.defer(later);
        }
        return sql.contains("one") ? Verdict.of(sql.replace("one", "two")) : Verdict.proceed();
    }

    private static RewriteHook replacing(String word, String by) {
        return statement ->
                statement.sql().contains(word) ? Verdict.of(statement.sql().replace(word, by)) : Verdict.proceed();
    }

    @Test
    void hooksSeeTheTextOfTheOneBefore() throws Exception {
        assertThat(ask(client, "select one as a")).isEqualTo("T[a] D[second] C(SELECT 1) ZI");
        assertThat(ask(client, "select two as a")).isEqualTo("T[a] D[second] C(SELECT 1) ZI");
        assertThat(ask(client, "select later as a, one as b")).isEqualTo("E(42703) ZI");
        assertThat(ask(client, "select later as a")).isEqualTo("T[a] D[later] C(SELECT 1) ZI");
    }

    @Test
    void whatStandsAroundStaysByteForByte() throws Exception {
        String sql = " /* é */ select q  from (select current_query() q) x ;\n"
                + " select one as a -- tail\n ; select '  ünchanged  ' as b /* end */ ; ";

        String answer = ask(client, sql);

        assertThat(answer)
                .isEqualTo("T[q] D[" + sql.replace("one", "'second'") + "] C(SELECT 1)"
                        + " T[a] D[second] C(SELECT 1) T[b] D[  ünchanged  ] C(SELECT 1) ZI");
    }

    @Test
    void aPreparedStatementKeepsItsParametersAndTypes() throws Exception {
        assertThat(ask(
                        client,
                        parse("s", "select one as a, $1 + $2 as b", 23, 0),
                        describeStatement("s"),
                        bind("", "s", "40", "2"),
                        execute(),
                        sync()))
                .isEqualTo("1 t T[a, b] 2 D[second, 42] C(SELECT 1) ZI");
        assertThat(ask(client, bind("", "s", "1", "1"), execute(), sync())).isEqualTo("2 D[second, 2] C(SELECT 1) ZI");
    }

    @Test
    void aDriverSeesNothingOfIt() throws Exception {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/" + database.name() + "?prepareThreshold=2",
                        database.user(),
                        database.password());
                PreparedStatement prepared = connection.prepareStatement("select one || ? as a")) {
            for (int i = 0; i < 5; i++) {
                prepared.setString(1, "+" + i);
                try (ResultSet rows = prepared.executeQuery()) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getString("a")).isEqualTo("second+" + i);
                }
            }
        }
    }

    @Test
    void somethingElseThanOneStatementFailsClosed() throws Exception {
        for (String into : new String[] {"several", "garbage", "nothing"}) {
            String sql = "select 'into " + into + "'";
            assertThat(ask(client, sql)).as(into).isEqualTo("E(58000) ZI");
            assertThat(ask(client, "select 1; " + sql)).as(into).isEqualTo("E(58000) ZI");
            assertThat(ask(client, parse("", sql), bind("", ""), execute(), sync()))
                    .as(into)
                    .isEqualTo("E(58000) ZI");
        }
        assertThat(ask(client, "select 1 as a")).isEqualTo("T[a] D[1] C(SELECT 1) ZI");
    }

    @Test
    void statementsThatHoldAnotherAreRewrittenWhole() throws Exception {
        assertThat(ask(client, "prepare p(int) as select one as a, $1 as b")).isEqualTo("C(PREPARE) ZI");
        assertThat(ask(client, "execute p(7)")).isEqualTo("T[a, b] D[second, 7] C(SELECT 1) ZI");
        assertThat(ask(client, "begin; declare c cursor for select one as a; fetch c; close c; commit"))
                .isEqualTo("C(BEGIN) C(DECLARE CURSOR) T[a] D[second] C(FETCH 1) C(CLOSE CURSOR) C(COMMIT) ZI");
        assertThat(ask(client, "explain (costs off, verbose) select one as a")).contains("'second'");
        assertThat(ask(client, "copy (select one) to stdout")).isEqualTo("H d(second) c C(COPY 1) ZI");
    }
}
