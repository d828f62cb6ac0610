package io.pgproxy.readonly;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.TransactionStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AfterCallsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT f_dyn('SET default_transaction_read_only = off'); COMMIT; SELECT f_w()",
                "BEGIN; SELECT f_dyn('x'); COMMIT; SELECT 1",
                "SELECT * FROM f_dyn('x'); ROLLBACK AND CHAIN; SELECT f_w()",
                "PREPARE p AS SELECT f_dyn('x'); EXECUTE p; END; SELECT f_w()"
            })
    void nothingFollowsTheEndOfATransactionWithAUsersFunction(String sql) {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder())) {
            assertThat(client.query(sql))
                    .map(PgError::message)
                    .hasValue(
                            "Write operations are not permitted: a statement follows the end of a transaction in which a"
                                    + " user's function ran");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BEGIN; SELECT f_add(1, 2); COMMIT",
                "COMMIT; SELECT f_add(1, 2); SELECT 1",
                "BEGIN; SELECT now(); COMMIT; SELECT 1",
                "BEGIN; SELECT f_add(1, 2); SAVEPOINT a; ROLLBACK TO a; SELECT f_add(1, 2)"
            })
    void otherOrdersPass(String sql) {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder())) {
            assertThat(client.query(sql)).isEmpty();
        }
    }

    @Test
    void theNextExchangeBeginsAnew() {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder())) {
            assertThat(client.query("BEGIN; SELECT f_add(1, 2); COMMIT")).isEmpty();
            assertThat(client.query("SELECT f_add(1, 2); SELECT 1")).isEmpty();
        }
    }

    @Test
    void whatIsBoundMayRunInAnotherOrder() {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder())) {
            assertThat(client.bound("COMMIT", "SELECT f_dyn('x')", "SELECT f_w()"))
                    .isPresent();
            assertThat(client.bound("SELECT f_dyn('x')", "COMMIT", "SELECT f_w()"))
                    .isPresent();
            assertThat(client.bound("SELECT f_dyn('x')", "COMMIT")).isEmpty();
            assertThat(client.bound("SELECT now()", "COMMIT", "SELECT f_w()")).isEmpty();
        }
    }

    @Test
    void whatIsBoundMayRunInALaterExchangeOfItsTransaction() {
        OfflineSession session = new OfflineSession();
        try (OfflineClient client = new OfflineClient(ReadOnlyHook.builder().build(), session)) {
            session.transaction(TransactionStatus.IN_TRANSACTION);
            assertThat(client.bound("SELECT f_dyn('x')")).isEmpty();
            assertThat(client.bound("SELECT 1", "SELECT '\\'")).isEmpty();
            assertThat(client.bound("COMMIT", "SELECT f_w()")).isPresent();
            assertThat(client.query("COMMIT; SELECT f_w()")).isPresent();

            assertThat(client.bound("COMMIT")).isEmpty();
            assertThat(client.bound("SELECT f_w()")).isPresent();
            assertThat(client.bound("ROLLBACK")).isEmpty();

            session.transaction(TransactionStatus.IDLE);
            assertThat(client.query("BEGIN")).isEmpty();
            session.transaction(TransactionStatus.IN_TRANSACTION);
            assertThat(client.bound("SELECT f_w()")).isEmpty();
        }
    }

    @Test
    void aChainedTransactionIsLikeTheOneBefore() {
        OfflineSession session = new OfflineSession();
        try (OfflineClient client = new OfflineClient(ReadOnlyHook.builder().build(), session)) {
            session.transaction(TransactionStatus.IN_TRANSACTION);
            assertThat(client.bound("SELECT f_dyn('x')", "COMMIT AND CHAIN")).isEmpty();
            assertThat(client.bound("SELECT 1")).isEmpty();
            assertThat(client.bound("COMMIT AND CHAIN", "COMMIT")).isEmpty();
            assertThat(client.bound("SELECT 1")).isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT f_dyn('x')", "SELECT * FROM f_dyn('x')"})
    void commitRunsTheQueryOfACursorWithHold(String sql) {
        OfflineSession session = new OfflineSession();
        try (OfflineClient client = new OfflineClient(ReadOnlyHook.builder().build(), session)) {
            session.transaction(TransactionStatus.IN_TRANSACTION);
            assertThat(client.query("DECLARE c CURSOR WITH HOLD FOR " + sql)).isEmpty();
            assertThat(client.query("SELECT 1")).isEmpty();
            assertThat(client.query("COMMIT; SELECT f_w()")).isPresent();
            assertThat(client.bound("COMMIT", "SELECT f_w()")).isPresent();
            assertThat(client.query("COMMIT")).isEmpty();
        }
    }

    @Test
    void anAllowedFunctionIsStillOneThatMaySetAnything() {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder().allowFunctions("f_dyn"))) {
            assertThat(client.query("SELECT f_dyn('x'); COMMIT; SELECT 1")).isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT '\\', ' , lo_unlink(1), '", "SELECT '\u00e9'"})
    void noTextFollowsThatAnotherSettingWouldChange(String sql) {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder())) {
            assertThat(client.bound("SELECT f_dyn('SET standard_conforming_strings = off')", sql))
                    .map(PgError::message)
                    .hasValue(
                            "Write operations are not permitted: a text that settings give its meaning follows a user's"
                                    + " function");
            assertThat(client.bound("SELECT now()", sql)).isEmpty();
            assertThat(client.bound("SELECT f_add(1, 2)", "SELECT 'plain'")).isEmpty();
            assertThat(client.query("SELECT f_add(1, 2); " + sql)).isEmpty();
        }
    }
}
