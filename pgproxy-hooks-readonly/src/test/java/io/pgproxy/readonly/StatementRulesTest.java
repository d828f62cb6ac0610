package io.pgproxy.readonly;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.protocol.PgError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatementRulesTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            INSERT INTO t VALUES (1)                          | INSERT
            WITH a AS (SELECT 1) DELETE FROM t                | DELETE
            WITH a AS (DELETE FROM t RETURNING 1) SELECT 1    | WITH holds a statement that writes
            CREATE TABLE t (a int)                            | CREATE TABLE
            CREATE TABLE t AS SELECT 1                        | CREATE TABLE AS
            CREATE TEMP TABLE t (a int)                       | CREATE TABLE
            CREATE USER u                                     | CREATE ROLE
            SELECT 1 INTO t                                   | SELECT INTO
            SELECT * FROM t FOR SHARE                         | FOR UPDATE, FOR SHARE and their like lock rows
            COPY t FROM STDIN                                 | COPY FROM
            COPY t FROM PROGRAM 'x'                           | COPY FROM a file or program of the server
            COPY t TO '/x'                                    | COPY TO a file or program of the server
            COPY (DELETE FROM t RETURNING 1) TO STDOUT        | COPY: DELETE
            EXPLAIN DELETE FROM t                             | EXPLAIN: DELETE
            EXPLAIN EXECUTE p                                 | EXPLAIN: EXECUTE of a statement that is not known
            EXPLAIN ANALYZE CREATE TABLE t AS SELECT 1        | EXPLAIN: CREATE TABLE AS
            PREPARE p AS UPDATE t SET a = 1                   | PREPARE: UPDATE
            DECLARE c CURSOR FOR SELECT 1 FOR UPDATE          | DECLARE: FOR UPDATE, FOR SHARE and their like lock rows
            DO 'x'                                            | DO
            CALL p()                                          | CALL
            LOAD 'x'                                          | LOAD
            LOCK TABLE t                                      | LOCK
            NOTIFY c                                          | NOTIFY
            LISTEN c                                          | LISTEN makes other sessions keep their notifications
            VACUUM                                            | VACUUM
            PREPARE TRANSACTION 'x'                           | PREPARE TRANSACTION
            COMMIT PREPARED 'x'                               | COMMIT PREPARED
            BEGIN READ WRITE                                  | BEGIN READ WRITE
            START TRANSACTION READ ONLY, READ WRITE           | BEGIN READ WRITE
            SET TRANSACTION READ WRITE                        | SET TRANSACTION READ WRITE
            SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE | SET SESSION CHARACTERISTICS READ WRITE
            """)
    void theReasonNamesTheStatement(String sql, String reason) {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder())) {
            assertThat(client.query(sql))
                    .map(PgError::message)
                    .hasValue("Write operations are not permitted: " + reason);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1",
                "TABLE t",
                "SHOW ALL",
                "EXPLAIN ANALYZE SELECT 1",
                "COPY t TO STDOUT",
                "COPY (SELECT 1) TO STDOUT",
                "DECLARE c CURSOR WITH HOLD FOR SELECT 1; FETCH ALL FROM c; MOVE c; CLOSE c",
                "PREPARE p AS SELECT 1; EXECUTE p; DEALLOCATE p",
                "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE; SAVEPOINT a; ROLLBACK TO a; COMMIT AND CHAIN",
                "SET CONSTRAINTS ALL DEFERRED",
                "UNLISTEN *",
                "DISCARD ALL",
                "DISCARD TEMP",
                "",
                "-- nothing"
            })
    void readsPass(String sql) {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder())) {
            assertThat(client.query(sql)).isEmpty();
        }
    }

    @Test
    void oneWriteRefusesAllOfAQuery() {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder())) {
            assertThat(client.query("SELECT 1; DELETE FROM t; SELECT 2"))
                    .map(PgError::message)
                    .hasValue("Write operations are not permitted: DELETE");
        }
    }

    @Test
    void aNameOfARefusedStatementStaysUnknown() {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder())) {
            assertThat(client.query("PREPARE p AS DELETE FROM t")).isPresent();
            assertThat(client.query("EXECUTE p")).isPresent();
        }
    }

    @Test
    void aFunctionCallIsRefused() {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder())) {
            assertThat(client.functionCall())
                    .map(PgError::message)
                    .hasValue("Write operations are not permitted: FunctionCall names a function by its number");
        }
    }

    @Test
    void whatAnotherHookMadeOfATextIsJudgedAgain() {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder())) {
            assertThat(client.rewritten("SELECT 1", "SELECT 2")).isEmpty();
            assertThat(client.rewritten("SELECT 1", "SELECT pg_notify('a', 'b')"))
                    .isPresent();
            assertThat(client.rewritten("SELECT 1", "DELETE FROM t")).isPresent();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            BEGIN                      | BEGIN is not allowed here
            COMMIT                     | COMMIT is not allowed here
            ROLLBACK                   | ROLLBACK is not allowed here
            SAVEPOINT a                | SAVEPOINT is not allowed here
            RELEASE a                  | RELEASE is not allowed here
            ROLLBACK TO a              | ROLLBACK TO is not allowed here
            SET TRANSACTION READ ONLY  | SET TRANSACTION is not allowed here
            SET CONSTRAINTS ALL DEFERRED | SET CONSTRAINTS is not allowed here
            """)
    void transactionsCanBeRefused(String sql, String reason) {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder().refuseTransactions())) {
            assertThat(client.query(sql))
                    .map(PgError::message)
                    .hasValue("Write operations are not permitted: " + reason);
            assertThat(client.query("SELECT 1")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"COPY t TO STDOUT", "COPY (SELECT 1) TO STDOUT"})
    void copyOutCanBeRefused(String sql) {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder().refuseCopyOut())) {
            assertThat(client.query(sql))
                    .map(PgError::message)
                    .hasValue("Write operations are not permitted: COPY is not allowed here");
            assertThat(client.query("SELECT 1")).isEmpty();
        }
    }

    @Test
    void listenCanBeAllowedAndNotifyCannot() {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder().allowListen())) {
            assertThat(client.query("LISTEN c")).isEmpty();
            assertThat(client.query("NOTIFY c")).isPresent();
        }
    }
}
