package io.pgproxy.sql.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.sql.corpus.ValidStatement;
import io.pgproxy.sql.differential.GrammarOracle.Effect;
import io.pgproxy.sql.differential.ParserAnswer.Outcome;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the differential test relies on, against the corpus, whose kinds come from PostgreSQL's own trees. */
@WithPostgres
class GrammarOracleTest {

    private static final Set<String> CHANGES = Set.of("write", "ddl", "copy_in");

    private RawParser server;
    private GrammarOracle oracle;

    @BeforeEach
    void connect(TestDatabase database) throws IOException {
        server = RawParser.of(database);
        oracle = new GrammarOracle(server);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Test
    void agreesWithTheTreesOfTheCorpus() throws IOException {
        List<String> wrong = new ArrayList<>();
        int unknownHere = 0;
        for (ValidStatement statement : ValidStatement.all()) {
            ParserAnswer answer = server.ask(statement.sql());
            if (answer.isRefused()) {
                unknownHere++;
            } else if (answer.isOne()) {
                boolean select = statement.node().equals("SelectStmt");
                if (select != oracle.isSelect(statement.sql())) {
                    wrong.add(statement.node() + ": " + statement.sql());
                } else if (select && oracle.effect(statement.sql()) != expected(statement)) {
                    wrong.add(statement.kind() + " was " + oracle.effect(statement.sql()) + ": " + statement.sql());
                }
            }
        }

        assertThat(wrong).isEmpty();
        assertThat(unknownHere).as("statements of newer versions").isLessThan(60);
    }

    @Test
    void ranksAsTheCorpusDoes() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (ValidStatement statement : ValidStatement.all()) {
            if (server.ask(statement.sql()).isOne() && server.ranksAsChange(statement.sql()) && !isChange(statement)) {
                wrong.add(statement.kind() + ": " + statement.sql());
            }
        }

        assertThat(wrong).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1 INTO t",
                "SELECT 1 AS as INTO t",
                "SELECT INTO t FROM x",
                "SELECT 1 INTO t UNION SELECT 2",
                "WITH c AS (INSERT INTO t VALUES (1) RETURNING *) SELECT * FROM c",
                "WITH c AS (UPDATE t SET a = 1) SELECT 'update'",
                "WITH c AS (WITH d AS (DELETE FROM t) SELECT 1) SELECT 1 FOR UPDATE",
                "EXPLAIN WITH RECURSIVE c AS (SELECT 1 UNION SELECT 2) SEARCH DEPTH FIRST BY n SET s UPDATE t SET a = 1",
                "EXPLAIN CREATE TABLE t AS SELECT 1",
                "EXPLAIN EXECUTE p"
            })
    void seesWhatWrites(String statement) throws IOException {
        assertThat(server.ask(statement).outcome()).isEqualTo(Outcome.ONE);
        assertThat(oracle.effect(statement)).isEqualTo(Effect.WRITE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1 FROM t FOR UPDATE",
                "SELECT 1 FROM t FOR NO KEY UPDATE OF t SKIP LOCKED",
                "SELECT update FROM t FOR KEY SHARE NOWAIT",
                "WITH c AS (SELECT 1 FROM t FOR SHARE) SELECT 1",
                "SELECT $update$ insert into $update$ FROM t FOR UPDATE LIMIT 1"
            })
    void seesWhatLocks(String statement) throws IOException {
        assertThat(server.ask(statement).outcome()).isEqualTo(Outcome.ONE);
        assertThat(oracle.effect(statement)).isEqualTo(Effect.LOCK);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT insert, t.into, 1 delete, 2 AS into FROM update",
                "SELECT 1 /* insert into t */ -- update t\n",
                "SELECT $update$delete from t$update$, E'\\'; insert into t', \"into\"",
                "SELECT substring(a FROM b FOR share) FROM merge",
                "EXPLAIN (ANALYZE) SELECT t.create, refresh, execute FROM t"
            })
    void seesThatNamesAreNames(String statement) throws IOException {
        assertThat(server.ask(statement).outcome()).isEqualTo(Outcome.ONE);
        assertThat(oracle.effect(statement)).isEqualTo(Effect.READ);
    }

    @Test
    void countsStatements() throws IOException {
        assertThat(server.ask("SELECT 1;;")).isEqualTo(server.ask("SELECT 1"));
        assertThat(server.ask("SELECT 1; ROLLBACK; DROP DATABASE postgres").outcome())
                .isEqualTo(Outcome.SEVERAL);
        assertThat(server.ask("ROLLBACK").outcome()).isEqualTo(Outcome.NONE_OR_END);
        assertThat(server.ask(" -- nothing").outcome()).isEqualTo(Outcome.NONE_OR_END);
        assertThat(server.ask("SELECT 'a").isLexical()).isTrue();
        assertThat(server.ask("SELECT 1 2").position()).isEqualTo(10);
    }

    private static boolean isChange(ValidStatement statement) {
        // CLUSTER, REINDEX and their like are ranked with DDL.
        return CHANGES.contains(statement.kind()) || statement.kind().equals("utility");
    }

    private static Effect expected(ValidStatement statement) {
        return switch (statement.kind()) {
            case "read" -> Effect.READ;
            case "read_lock" -> Effect.LOCK;
            default -> Effect.WRITE;
        };
    }
}
