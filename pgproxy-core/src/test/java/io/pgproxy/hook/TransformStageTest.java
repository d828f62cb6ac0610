package io.pgproxy.hook;

import static io.pgproxy.hook.Told.ask;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.bindBinary;
import static io.pgproxy.testkit.peer.FrontendBytes.describePortal;
import static io.pgproxy.testkit.peer.FrontendBytes.describeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.server.PgErrorException;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows change on their way to the client, whichever way they come. */
@WithPostgres
class TransformStageTest {
    private static final String ROW = "select 1 as id, 'open'::text as secret, 7 as number";

    private final TestDatabase database;
    private HookedProxy proxy;
    private ScriptedClient client;

    TransformStageTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        database.execute("DROP TABLE IF EXISTS t; CREATE TABLE t (id int, secret text)");
        proxy = HookedProxy.before(
                database, QueryHook.all(QueryHook.transform(TransformStageTest::masks), QueryHook.answer(statement -> {
                    List<Column> columns = List.of(Column.text("secret"));
                    return statement.sql().contains("own_rows")
                            ? Verdict.of(new Answer(
                                    columns,
                                    run -> Verdict.of(Reply.of(columns)
                                            .row("clear")
                                            .row("drop")
                                            .row("clear"))))
                            : Verdict.proceed();
                })));
        client = proxy.client();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        proxy.close();
    }

    private static RowTransform masks(Statement statement, List<Column> columns) {
        if (statement.sql().contains("unmaskable")) {
            throw new PgErrorException("42501", "not these");
        }
        boolean any = false;
        for (Column column : columns) {
            any |= column.name().equals("secret") || column.name().equals("number");
        }
        return any ? new Masks(columns) : RowTransform.NONE;
    }

    private record Masks(List<Column> columns) implements RowTransform {
        @Override
        public RowMapper open(Execution execution) {
            return this::map;
        }

        private void map(Row row) {
            for (int i = 0; i < columns.size(); i++) {
                switch (columns.get(i).name()) {
                    case "secret" -> secret(row, i);
                    case "number" -> row.set(i, "42");
                    default -> {}
                }
            }
        }

        private static void secret(Row row, int at) {
            String text = row.text(at);
            if ("drop".equals(text)) {
                row.drop();
            } else if ("refuse".equals(text)) {
                throw new PgErrorException("42501", "not this row");
            } else if ("throw".equals(text)) {
                throw new IllegalStateException("a bug");
            } else {
                row.set(at, text == null ? "was null" : text.length() > 100 ? text : "***");
            }
        }

        private static Column renamed(Column column) {
            return new Column(
                    "answer",
                    column.tableOid(),
                    column.attributeNumber(),
                    column.typeOid(),
                    column.typeSize(),
                    column.typeModifier(),
                    column.format());
        }

        @Override
        public List<Column> columns(List<Column> in) {
            return in.stream()
                    .map(column -> column.name().equals("number") ? renamed(column) : column)
                    .toList();
        }
    }

    @Test
    void ofAQuery() throws Exception {
        assertThat(ask(client, ROW)).isEqualTo("T[id, secret, answer] D[1, ***, 42] C(SELECT 1) ZI");
        assertThat(ask(client, "select null::text as secret")).isEqualTo("T[secret] D[was null] C(SELECT 1) ZI");
        assertThat(ask(client, ROW + "; select 2 as plain; " + ROW))
                .isEqualTo("T[id, secret, answer] D[1, ***, 42] C(SELECT 1) T[plain] D[2] C(SELECT 1)"
                        + " T[id, secret, answer] D[1, ***, 42] C(SELECT 1) ZI");
        assertThat(ask(client, "insert into t values (1, 'x') returning secret"))
                .isEqualTo("T[secret] D[***] C(INSERT 0 1) ZI");
    }

    @Test
    void describedByStatementByPortalByBothOrNot() throws Exception {
        assertThat(ask(client, parse("s", ROW), describeStatement("s"), sync()))
                .isEqualTo("1 t T[id, secret, answer] ZI");
        assertThat(ask(client, bind("", "s"), execute(), sync())).isEqualTo("2 D[1, ***, 42] C(SELECT 1) ZI");
        assertThat(ask(client, bind("", "s"), describePortal(""), execute(), sync()))
                .isEqualTo("2 T[id, secret, answer] D[1, ***, 42] C(SELECT 1) ZI");
        assertThat(ask(client, parse("", ROW), bind("", ""), execute(), sync()))
                .isEqualTo("1 2 D[1, ***, 42] C(SELECT 1) ZI");
        assertThat(ask(client, parse("", ROW), bind("", ""), describePortal(""), execute(), sync()))
                .isEqualTo("1 2 T[id, secret, answer] D[1, ***, 42] C(SELECT 1) ZI");
    }

    @Test
    void inBinary() throws Exception {
        assertThat(ask(client, parse("", ROW), bindBinary("", "", List.of()), describePortal(""), execute(), sync()))
                .isEqualTo("1 2 T[id*, secret*, answer*] D[\0\0\0\1, ***, \0\0\0*] C(SELECT 1) ZI");
        assertThat(ask(client, parse("", ROW), bindBinary("", "", List.of()), execute(), sync()))
                .isEqualTo("1 2 D[\0\0\0\1, ***, \0\0\0*] C(SELECT 1) ZI");
    }

    @Test
    void ofPortalsThatAreSuspendedAndOfCursors() throws Exception {
        String rows = "select n as id, 'x' || n as secret from generate_series(1, 3) n";
        assertThat(ask(client, parse("", rows), bind("", ""), execute("", 2), execute("", 2), sync()))
                .isEqualTo("1 2 D[1, ***] D[2, ***] s D[3, ***] C(SELECT 1) ZI");
        ask(client, "begin");
        assertThat(ask(client, parse("", rows), bind("p", ""), execute("p", 1), sync()))
                .isEqualTo("1 2 D[1, ***] s ZT");
        assertThat(ask(client, execute("p", 1), sync())).isEqualTo("D[2, ***] s ZT");
        assertThat(ask(client, "declare c cursor for " + rows)).isEqualTo("C(DECLARE CURSOR) ZT");
        assertThat(ask(client, "fetch 2 from c")).isEqualTo("T[id, secret] D[1, ***] D[2, ***] C(FETCH 2) ZT");
        assertThat(ask(client, parse("", "fetch all from c"), bind("", ""), execute(), sync()))
                .isEqualTo("1 2 D[3, ***] C(FETCH 1) ZT");
        assertThat(ask(client, "declare d cursor for " + rows)).isEqualTo("C(DECLARE CURSOR) ZT");
        assertThat(ask(client, describePortal("d"), execute("d", 1), sync())).isEqualTo("T[id, secret] D[1, ***] s ZT");
        assertThat(ask(client, execute("d", 1), sync())).isEqualTo("D[2, ***] s ZT");
        assertThat(ask(client, "declare b binary cursor for select 7 as number"))
                .isEqualTo("C(DECLARE CURSOR) ZT");
        assertThat(ask(client, execute("b", 1), sync())).isEqualTo("D[42] s ZT");
        assertThat(ask(client, "declare e binary cursor for select 7 as number"))
                .isEqualTo("C(DECLARE CURSOR) ZT");
        assertThat(ask(client, "fetch e")).isEqualTo("T[answer*] D[\0\0\0*] C(FETCH 1) ZT");
        assertThat(ask(client, "prepare q as " + rows)).isEqualTo("C(PREPARE) ZT");
        assertThat(ask(client, "execute q")).isEqualTo("T[id, secret] D[1, ***] D[2, ***] D[3, ***] C(SELECT 3) ZT");
        assertThat(ask(client, bind("", "q"), execute(), sync()))
                .isEqualTo("2 D[1, ***] D[2, ***] D[3, ***] C(SELECT 3) ZT");
        assertThat(ask(client, "commit")).isEqualTo("C(COMMIT) ZI");
    }

    @Test
    void droppedRowsAreCountedByTheTag() throws Exception {
        String rows = "select secret from (values ('a'), ('drop'), ('b')) v (secret)";
        assertThat(ask(client, rows)).isEqualTo("T[secret] D[***] D[***] C(SELECT 3) ZI");
        assertThat(ask(client, parse("", rows), bind("", ""), execute(), sync()))
                .isEqualTo("1 2 D[***] D[***] C(SELECT 3) ZI");
    }

    @Test
    void aMapperThatThrowsEndsTheResult() throws Exception {
        for (String[] kind : new String[][] {{"refuse", "42501"}, {"throw", "58000"}}) {
            String rows = "select secret from (values ('a'), ('" + kind[0] + "'), ('b')) v (secret)";
            String error = "E(" + kind[1] + ")";
            assertThat(ask(client, rows)).isEqualTo("T[secret] D[***] " + error + " ZI");
            assertThat(ask(client, parse("", rows), bind("", ""), execute(), sync()))
                    .isEqualTo("1 2 D[***] " + error + " ZI");
            assertThat(ask(client, "begin; insert into t values (1)")).endsWith("ZT");
            assertThat(ask(client, parse("", rows), bind("", ""), execute(), sync(), query("select 1")))
                    .isEqualTo("1 2 D[***] " + error + " ZE");
            assertThat(Told.next(client)).isEqualTo("E(25P02) ZE");
            assertThat(ask(client, "rollback")).isEqualTo("C(ROLLBACK) ZI");
            assertThat(ask(
                            client,
                            parse("", "insert into t values (2, '" + kind[0] + "') returning secret"),
                            bind("", ""),
                            execute(),
                            sync()))
                    .isEqualTo("1 2 " + error + " ZI");
        }
        assertThat(database.query("select * from t")).isEmpty();
    }

    @Test
    void theUpstreamDoesNotGoOnBehindAMapperThatThrows() throws Exception {
        String endless = "select 'refuse' as secret, repeat('x', 20000) as wide,"
                + " case when n > 4 then pg_sleep(60) end as late from generate_series(1, 5) n";
        assertThat(ask(client, endless)).isEqualTo("T[secret, wide, late] E(42501) ZI");
        assertThat(ask(client, parse("", endless), bind("", ""), execute(), sync()))
                .isEqualTo("1 2 E(42501) ZI");
    }

    @Test
    void columnsThatCannotBeTransformedDoNotPass() throws Exception {
        assertThat(ask(client, "select 'x' as unmaskable")).isEqualTo("E(42501) ZI");
        assertThat(ask(client, parse("", "select 'x' as unmaskable"), bind("", ""), execute(), sync()))
                .isEqualTo("1 2 E(42501) ZI");
        assertThat(ask(
                        client,
                        parse("", "select 'x' as unmaskable"),
                        describeStatement(""),
                        bind("", ""),
                        execute(),
                        sync()))
                .endsWith("2 E(42501) ZI");
        assertThat(ask(client, ROW)).endsWith("C(SELECT 1) ZI");
    }

    @Test
    void ofRepliesOfTheProxysOwn() throws Exception {
        assertThat(ask(client, "select own_rows()")).isEqualTo("T[secret] D[***] D[***] C(SELECT 3) ZI");
        assertThat(ask(client, parse("", "select own_rows()"), bind("", ""), execute("", 1), execute("", 0), sync()))
                .startsWith("1 2 D[***] s D[***] C(SELECT ");
    }

    @Test
    void copiedRowsDoNotPass() throws Exception {
        assertThat(ask(client, "copy t to stdout")).isEqualTo("E(0A000) ZI");
        assertThat(ask(client, "copy (select 1) to stdout")).isEqualTo("E(0A000) ZI");
        assertThat(ask(client, parse("", "copy t to stdout"), bind("", ""), execute(), sync()))
                .isEqualTo("1 E(0A000) ZI");
    }

    @Test
    void copiedRowsPassWhereEveryHookAllowsIt() throws Exception {
        TransformHook allowing = new TransformHook() {
            @Override
            public RowTransform transform(Statement statement, List<Column> columns) {
                return RowTransform.NONE;
            }

            @Override
            public boolean allowsCopyOut() {
                return true;
            }
        };
        for (QueryHook second : List.of(allowing, QueryHook.transform((statement, columns) -> RowTransform.NONE))) {
            try (HookedProxy two = HookedProxy.before(database, QueryHook.all(allowing, second));
                    ScriptedClient other = two.client()) {
                assertThat(ask(other, "copy (select 1) to stdout"))
                        .isEqualTo(second == allowing ? "H d(1) c C(COPY 1) ZI" : "E(0A000) ZI");
            }
        }
    }

    @Test
    void aRowOfSomeMegabytes() throws Exception {
        client.send(query("select repeat('x', 5000000) as secret, 1 as number"));
        assertThat(client.expect("TDCZ").get(1).values().get(0)).hasSize(5_000_000);
        client.send(parse("", "select repeat('x', 5000000) as secret"), bind("", ""), execute(), sync());
        assertThat(client.expect("12DCZ").get(2).values().get(0)).hasSize(5_000_000);
    }

    @Test
    void aDriverReadsThemInEitherFormat() throws Exception {
        try (Connection connection = DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/" + database.name() + "?prepareThreshold=2",
                database.user(),
                database.password())) {
            connection.setAutoCommit(false);
            try (PreparedStatement prepared = connection.prepareStatement(
                    "select n as number, 'x' as secret, n + 1 as id from generate_series(1, ?) n")) {
                prepared.setFetchSize(3);
                for (int run = 0; run < 5; run++) {
                    prepared.setInt(1, 7);
                    try (ResultSet rows = prepared.executeQuery()) {
                        for (int i = 1; i <= 7; i++) {
                            assertThat(rows.next()).isTrue();
                            assertThat(rows.getInt("answer")).isEqualTo(42);
                            assertThat(rows.getString("secret")).isEqualTo("***");
                            assertThat(rows.getInt("id")).isEqualTo(i + 1);
                        }
                        assertThat(rows.next()).isFalse();
                    }
                }
            }
            connection.commit();
        }
    }
}
