package io.pgproxy.core.fanout;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.LocalPostgres;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/** What is written through a proxy to several servers is on all of them, or on none. */
@WithPostgres
@ExtendWith(SharedDatabases.class)
class FanOutTest {
    private static final String CONTENT = "SELECT id, note FROM t ORDER BY id";

    private Writers writers;
    private ScriptedClient client;

    @BeforeEach
    void start(LocalPostgres server) throws Exception {
        writers = Writers.of(server, 3, "CREATE TABLE t (id int PRIMARY KEY, note text)");
        client = writers.login();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        writers.close();
    }

    private List<WireMessage> ask(String sql) throws Exception {
        client.send(query(sql));
        return client.readUntilReady();
    }

    private String tags(String sql) throws Exception {
        return WireMessage.tags(ask(sql));
    }

    private void allHold(String... rows) throws Exception {
        for (List<List<String>> each : writers.all(CONTENT)) {
            assertThat(each.stream().map(row -> row.get(0) + row.get(1))).containsExactly(rows);
        }
    }

    private void breakB() throws Exception {
        writers.database(1).execute("ALTER TABLE t ADD CHECK (note <> 'bad')");
    }

    @Test
    void oneStatementIsRunByAll() throws Exception {
        assertThat(tags("INSERT INTO t VALUES (1, 'x'), (2, 'y')")).isEqualTo("CZ");
        assertThat(tags("UPDATE t SET note = 'z' WHERE id = 2 RETURNING id")).isEqualTo("TDCZ");

        allHold("1x", "2z");
    }

    @Test
    void readsAreOfTheFirstAlone() throws Exception {
        writers.database(0).execute("INSERT INTO t VALUES (7, 'of the first')");

        List<WireMessage> answer = ask("SELECT note FROM t");

        assertThat(WireMessage.tags(answer)).isEqualTo("TDCZ");
        assertThat(answer.get(1).values()).containsExactly("of the first");
    }

    @Test
    void whatOneRefusesNobodyDoes() throws Exception {
        breakB();

        List<WireMessage> answer = ask("INSERT INTO t VALUES (1, 'bad')");

        assertThat(WireMessage.tags(answer)).isEqualTo("EZ");
        assertThat(answer.get(0).field('C')).isEqualTo("23514");
        assertThat(answer.get(0).field('M')).startsWith("writer b: ");
        assertThat(answer.get(0).field('D')).contains("a: INSERT 0 1", "b: 23514", "c: INSERT 0 1");
        assertThat(answer.get(1).body()).containsExactly('I');
        allHold();
        assertThat(tags("INSERT INTO t VALUES (1, 'good')")).isEqualTo("CZ");
        allHold("1good");
    }

    @Test
    void anErrorOfAllIsTheServersOwn() throws Exception {
        ask("INSERT INTO t VALUES (1, 'x')");

        List<WireMessage> answer = ask("INSERT INTO t VALUES (1, 'again')");

        assertThat(WireMessage.tags(answer)).isEqualTo("EZ");
        assertThat(answer.get(0).field('C')).isEqualTo("23505");
        assertThat(answer.get(0).field('M')).startsWith("duplicate key value");
        allHold("1x");
    }

    @Test
    void whatTheyDoNotAgreeAboutIsTakenBack() throws Exception {
        ask("INSERT INTO t VALUES (1, 'x'), (2, 'x')");
        writers.database(2).execute("DELETE FROM t WHERE id = 2");

        List<WireMessage> answer = ask("UPDATE t SET note = 'y'");

        assertThat(WireMessage.tags(answer)).isEqualTo("EZ");
        assertThat(answer.get(0).field('C')).isEqualTo("40000");
        assertThat(answer.get(0).field('D')).isEqualTo("a: UPDATE 2; b: UPDATE 2; c: UPDATE 1.");
        assertThat(writers.database(0).query("SELECT DISTINCT note FROM t")).containsExactly(List.of("x"));
    }

    @Test
    void blocksSpanTheWriters() throws Exception {
        breakB();
        assertThat(tags("BEGIN")).isEqualTo("CZ");
        assertThat(tags("INSERT INTO t VALUES (1, 'x')")).isEqualTo("CZ");
        assertThat(tags("SAVEPOINT s")).isEqualTo("CZ");
        List<WireMessage> refused = ask("INSERT INTO t VALUES (2, 'bad')");
        assertThat(WireMessage.tags(refused)).isEqualTo("EZ");
        assertThat(refused.get(1).body()).containsExactly('E');
        assertThat(ask("SELECT 1").get(0).field('C')).isEqualTo("25P02");
        assertThat(tags("ROLLBACK TO s")).isEqualTo("CZ");
        assertThat(tags("INSERT INTO t VALUES (3, 'y')")).isEqualTo("CZ");
        allHold();
        assertThat(tags("COMMIT")).isEqualTo("CZ");

        allHold("1x", "3y");
    }

    @Test
    void aFailedBlockIsRolledBackByAll() throws Exception {
        breakB();
        ask("BEGIN");
        ask("INSERT INTO t VALUES (1, 'x')");
        ask("INSERT INTO t VALUES (2, 'bad')");

        List<WireMessage> answer = ask("COMMIT");

        assertThat(answer.get(0).string()).isEqualTo("ROLLBACK");
        assertThat(answer.get(1).body()).containsExactly('I');
        allHold();
    }

    @Test
    void aReadThatFailsFailsTheBlock() throws Exception {
        ask("BEGIN");
        ask("INSERT INTO t VALUES (1, 'x')");
        assertThat(tags("SELECT 1 / 0")).isEqualTo("EZ");

        assertThat(ask("COMMIT").get(0).string()).isEqualTo("ROLLBACK");

        allHold();
    }

    @Test
    void aStringOfSeveralIsOneTransaction() throws Exception {
        breakB();
        assertThat(tags("INSERT INTO t VALUES (1, 'x'); INSERT INTO t VALUES (2, 'y')"))
                .isEqualTo("CCZ");
        assertThat(tags("INSERT INTO t VALUES (3, 'x'); INSERT INTO t VALUES (4, 'bad')"))
                .isEqualTo("CEZ");
        assertThat(tags("BEGIN; INSERT INTO t VALUES (5, 'z'); COMMIT")).isEqualTo("CCCZ");

        allHold("1x", "2y", "5z");
    }

    @Test
    void whatSuffersNoBlockIsDoneByEach() throws Exception {
        assertThat(tags("CREATE INDEX CONCURRENTLY i ON t (note)")).isEqualTo("CZ");
        assertThat(tags("VACUUM t")).isEqualTo("CZ");
        assertThat(tags("CREATE TABLE u (id int)")).isEqualTo("CZ");

        for (List<List<String>> each :
                writers.all("SELECT count(*) FROM pg_class WHERE relname = 'i' OR relname = 'u'")) {
            assertThat(each).containsExactly(List.of("2"));
        }
    }

    @Test
    void whatOnlySomeHaveDoneIsTold() throws Exception {
        writers.database(1).execute("CREATE INDEX i ON t (note)");

        List<WireMessage> answer = ask("CREATE INDEX CONCURRENTLY i ON t (note)");

        assertThat(WireMessage.tags(answer)).isEqualTo("EZ");
        assertThat(answer.get(0).field('C')).isEqualTo("40003");
        assertThat(answer.get(0).field('D')).contains("a: CREATE INDEX", "b: 42P07", "c: CREATE INDEX");
    }

    @Test
    void settingsAreSetOnAll() throws Exception {
        for (int i = 0; i < 3; i++) {
            writers.database(i).execute("CREATE SCHEMA s" + "; CREATE TABLE s.t (id int)");
        }
        ask("SET search_path = s");
        assertThat(tags("INSERT INTO t VALUES (9)")).isEqualTo("CZ");

        for (List<List<String>> each : writers.all("SELECT id FROM s.t")) {
            assertThat(each).containsExactly(List.of("9"));
        }
    }

    @Test
    void batchesAreOneTransaction() throws Exception {
        breakB();
        client.send(
                parse("i", "INSERT INTO t VALUES ($1, $2)"),
                bind("", "i", "1", "x"),
                execute(),
                bind("", "i", "2", "y"),
                execute(),
                sync());
        client.expect("12C2CZ");
        client.send(bind("", "i", "3", "x"), execute(), bind("", "i", "4", "bad"), execute(), sync());
        client.expect("2C2EZ");
        client.send(bind("", "i", "5", "z"), execute(), sync(), bind("", "i", "6", "z"), execute(), sync());
        client.expect("2CZ");
        client.expect("2CZ");

        allHold("1x", "2y", "5z", "6z");
    }

    @Test
    void aBatchMayReadFirst() throws Exception {
        client.send(
                parse("", "SELECT 1"),
                bind("", ""),
                execute(),
                parse("", "INSERT INTO t VALUES (1, 'x')"),
                bind("", ""),
                execute(),
                sync());
        client.expect("12DC12CZ");

        allHold("1x");
    }

    @Test
    void jdbcWorksAWholeSession() throws Exception {
        breakB();
        try (Connection connection = writers.connect("prepareThreshold=1")) {
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO t VALUES (?, ?)")) {
                for (int i = 0; i < 5; i++) {
                    insert.setInt(1, i);
                    insert.setString(2, "n" + i);
                    insert.addBatch();
                }
                assertThat(insert.executeBatch()).containsExactly(1, 1, 1, 1, 1);
            }
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                assertThat(statement.executeUpdate("DELETE FROM t WHERE id > 2"))
                        .isEqualTo(2);
                Savepoint before = connection.setSavepoint();
                assertThatThrownBy(() -> statement.executeUpdate("UPDATE t SET note = 'bad'"))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                refused -> assertThat(refused.getSQLState()).isEqualTo("23514"));
                connection.rollback(before);
                try (ResultSet kept = statement.executeQuery("SELECT count(*) FROM t")) {
                    kept.next();
                    assertThat(kept.getInt(1)).isEqualTo(3);
                }
                try (ResultSet returned =
                        statement.executeQuery("UPDATE t SET note = upper(note) WHERE id = 1 RETURNING note")) {
                    returned.next();
                    assertThat(returned.getString(1)).isEqualTo("N1");
                }
                connection.commit();
            }
        }

        allHold("0n0", "1N1", "2n2");
    }

    @Test
    void copyIsToAll() throws Exception {
        breakB();
        try (Connection connection = writers.connect("")) {
            PGConnection copying = connection.unwrap(PGConnection.class);
            assertThat(copying.getCopyAPI().copyIn("COPY t FROM STDIN", new StringReader("1\tx\n2\ty\n")))
                    .isEqualTo(2);
            assertThatThrownBy(() ->
                            copying.getCopyAPI().copyIn("COPY t FROM STDIN", new StringReader("3\tz\n4\tbad\n5\tz\n")))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            refused -> assertThat(refused.getSQLState()).isEqualTo("23514"));
            assertThat(copying.getCopyAPI().copyIn("COPY t FROM STDIN", new StringReader("6\tz\n")))
                    .isEqualTo(1);
        }

        allHold("1x", "2y", "6z");
    }

    @Test
    void copyThatOneRefusesIsRefused() throws Exception {
        writers.database(1).execute("DROP TABLE t");
        try (Connection connection = writers.connect("")) {
            PGConnection copying = connection.unwrap(PGConnection.class);
            assertThatThrownBy(() -> copying.getCopyAPI().copyIn("COPY t FROM STDIN", new StringReader("1\tx\n")))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            refused -> assertThat(refused.getSQLState()).isEqualTo("42P01"));
            assertThat(connection.isValid(5)).isTrue();
        }

        assertThat(writers.database(0).query(CONTENT)).isEmpty();
    }

    @Test
    void aConstraintThatIsDeferredIsCheckedBeforeAnybodyCommits() throws Exception {
        writers.database(1).execute("ALTER TABLE t ADD CONSTRAINT late UNIQUE (note) DEFERRABLE INITIALLY DEFERRED");

        List<WireMessage> answer = ask("INSERT INTO t VALUES (1, 'x'), (2, 'x')");

        assertThat(WireMessage.tags(answer)).isEqualTo("EZ");
        assertThat(answer.get(0).field('C')).isEqualTo("23505");
        assertThat(answer.get(0).field('M')).startsWith("writer b: ");
        allHold();
    }

    @Test
    void aConstraintThatAllDeferIsTheServersOwnError() throws Exception {
        for (int i = 0; i < 3; i++) {
            writers.database(i)
                    .execute("ALTER TABLE t ADD CONSTRAINT late UNIQUE (note) DEFERRABLE INITIALLY DEFERRED");
        }

        List<WireMessage> answer = ask("INSERT INTO t VALUES (1, 'x'), (2, 'x')");

        assertThat(WireMessage.tags(answer)).isEqualTo("EZ");
        assertThat(answer.get(0).field('C')).isEqualTo("23505");
        assertThat(answer.get(0).field('M')).startsWith("duplicate key");
        allHold();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO t VALUES (1, now()::text)",
                "INSERT INTO t VALUES (1, current_timestamp)",
                "INSERT INTO t VALUES ((random() * 10)::int, 'x')",
                "INSERT INTO t VALUES (1, gen_random_uuid())",
                "INSERT INTO t VALUES (nextval('s'), 'x')",
                "INSERT INTO t VALUES (1, 'Now')",
                "INSERT INTO t SELECT id + 1, note FROM t LIMIT 1",
                "DELETE FROM t WHERE id IN (SELECT id FROM t FETCH FIRST ROW ONLY)",
                "WITH d AS (DELETE FROM t RETURNING *) SELECT clock_timestamp()",
                "CREATE TABLE u AS SELECT * FROM t LIMIT 3",
                "CALL p(random())",
                "SELECT 1; UPDATE t SET note = timeofday()"
            })
    void whatMayDifferIsRefused(String sql) throws Exception {
        List<WireMessage> answer = ask(sql);

        assertThat(WireMessage.tags(answer)).isEqualTo("EZ");
        assertThat(answer.get(0).field('C')).isEqualTo("0A000");
        assertThat(answer.get(0).field('M')).startsWith("this may do something else on each writer: ");
        assertThat(answer.get(0).field('H')).isNotNull();
        client.send(parse("", "SELECT 1"), bind("", ""), execute(), parse("", sql.replace("SELECT 1; ", "")), sync());
        client.expect("12DCEZ");
        ask("BEGIN");
        assertThat(ask(sql).get(1).body()).containsExactly('E');
        assertThat(ask("COMMIT").get(0).string()).isEqualTo("ROLLBACK");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO t VALUES (1, 'see you now'), (2, 'today''s')",
                "INSERT INTO t SELECT id + 1, note FROM t ORDER BY id LIMIT 1",
                "UPDATE t SET note = upper(note)",
                "SELECT now(), random()",
                "SELECT * FROM t LIMIT 1",
                "SELECT setval('s', 7)"
            })
    void whatDoesNotDifferRuns(String sql) throws Exception {
        for (int i = 0; i < 3; i++) {
            writers.database(i).execute("CREATE SEQUENCE s");
        }

        assertThat(tags(sql)).endsWith("CZ");
    }

    @Test
    void aWriterThatIsLostEndsTheSessionAndTheBlock() throws Exception {
        ask("BEGIN");
        ask("INSERT INTO t VALUES (1, 'x')");
        writers.database(2)
                .execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND pid <> pg_backend_pid()");

        WireMessage last = client.readUntilReady().get(0);

        assertThat(last.severity()).isEqualTo("FATAL");
        assertThat(last.field('M')).startsWith("writer c: ");
        allHold();
    }

    private void deferOnC() throws Exception {
        writers.database(2).execute("ALTER TABLE t ADD CONSTRAINT late UNIQUE (note) DEFERRABLE INITIALLY DEFERRED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"COMMIT", "END", "COMMIT AND CHAIN"})
    void aBlockThatBreaksADeferredConstraintOfOneIsKeptByNone(String commit) throws Exception {
        deferOnC();
        ask("BEGIN");
        ask("INSERT INTO t VALUES (1, 'x'), (2, 'x')");
        List<WireMessage> answer = ask(commit);
        assertThat(WireMessage.tags(answer)).isEqualTo("EZ");
        assertThat(answer.get(0).sqlState()).isEqualTo("23505");
        assertThat(answer.get(0).field('M')).startsWith("writer c: ");
        assertThat(answer.get(1).body()).containsExactly('I');
        allHold();
        assertThat(tags("INSERT INTO t VALUES (1, 'y')")).isEqualTo("CZ");

        allHold("1y");
    }

    @Test
    void aBatchThatBreaksADeferredConstraintOfOneIsKeptByNone() throws Exception {
        deferOnC();
        ask("BEGIN");
        client.send(
                parse("", "INSERT INTO t VALUES (1, 'x'), (2, 'x')"),
                bind("", ""),
                execute(),
                parse("", "COMMIT"),
                bind("", ""),
                execute(),
                parse("", "INSERT INTO t VALUES (3, 'z')"),
                bind("", ""),
                execute(),
                sync());
        List<WireMessage> answer = client.expect("12C12EZ");
        assertThat(answer.get(5).sqlState()).isEqualTo("23505");
        assertThat(answer.get(6).body()).containsExactly('I');
        allHold();
        assertThat(tags("INSERT INTO t VALUES (1, 'y')")).isEqualTo("CZ");

        allHold("1y");
    }

    @Test
    void aBlockMayEndInABatchThatGoesOn() throws Exception {
        breakB();
        ask("BEGIN");
        client.send(
                parse("", "INSERT INTO t VALUES (1, 'x')"),
                bind("", ""),
                execute(),
                parse("", "COMMIT"),
                bind("", ""),
                execute(),
                parse("", "INSERT INTO t VALUES (2, 'bad')"),
                bind("", ""),
                execute(),
                sync());
        List<WireMessage> answer = client.readUntilReady();
        assertThat(WireMessage.tags(answer)).isEqualTo("12C12C12EZ");
        assertThat(answer.get(8).sqlState()).isEqualTo("23514");
        allHold("1x");
        client.send(
                parse("", "BEGIN"),
                bind("", ""),
                execute(),
                parse("", "INSERT INTO t VALUES (3, 'x')"),
                bind("", ""),
                execute(),
                parse("", "COMMIT"),
                bind("", ""),
                execute(),
                parse("", "INSERT INTO t VALUES (4, 'x')"),
                bind("", ""),
                execute(),
                sync());
        client.expect("12C12C12C12CZ");

        allHold("1x", "3x", "4x");
    }

    @Test
    void aBlockThatEndsInABatchIsKeptByAllOrNone() throws Exception {
        breakB();
        ask("BEGIN");
        client.send(
                parse("", "INSERT INTO t VALUES (1, 'bad')"),
                bind("", ""),
                execute(),
                parse("", "COMMIT"),
                bind("", ""),
                execute(),
                sync());
        assertThat(client.readUntilReady().stream()
                        .filter(message -> message.tag() == 'E')
                        .map(WireMessage::sqlState))
                .containsExactly("23514");

        allHold();
    }

    @Test
    void aBatchMayCommitWhatItHasNotBegun() throws Exception {
        deferOnC();
        for (String note : List.of("x", "bad")) {
            client.send(
                    parse("", "INSERT INTO t VALUES ($1, $2), ($1 + 1, $2 || $3)"),
                    bind("", "", note.equals("x") ? "1" : "3", note, note.equals("x") ? "y" : ""),
                    execute(),
                    parse("", "COMMIT"),
                    bind("", ""),
                    execute(),
                    sync());
            client.expect(note.equals("x") ? "12C12N?CZ" : "12C12EZ");
        }
        allHold("1x", "2xy");
        assertThat(tags("INSERT INTO t VALUES (3, 'z')")).isEqualTo("CZ");

        allHold("1x", "2xy", "3z");
    }

    @Test
    void aStringThatHasCommittedPartOfItIsBroughtToAll() throws Exception {
        List<WireMessage> answer = ask("BEGIN; INSERT INTO t VALUES (1, 'x'); COMMIT; SELECT 1 / 0");
        assertThat(WireMessage.tags(answer)).isEqualTo("CCCEZ");
        assertThat(answer.get(3).sqlState()).isEqualTo("22012");

        allHold("1x");
    }

    @Test
    void aSettingThatOneRefusesEndsTheSession() throws Exception {
        writers.database(0).execute("CREATE TEXT SEARCH CONFIGURATION only_here (COPY = simple)");

        WireMessage last = ask("SET default_text_search_config = only_here").get(0);

        assertThat(last.severity()).isEqualTo("FATAL");
        allHold();
    }

    @Test
    void transactionsAreNotPreparedForTwoPhases() throws Exception {
        ask("BEGIN");
        ask("INSERT INTO t VALUES (1, 'x')");
        List<WireMessage> answer = ask("PREPARE TRANSACTION 'x'");
        assertThat(answer.get(0).sqlState()).isEqualTo("0A000");
        assertThat(answer.get(1).body()).containsExactly('E');
        assertThat(ask("COMMIT").get(0).string()).isEqualTo("ROLLBACK");

        allHold();
    }
}
