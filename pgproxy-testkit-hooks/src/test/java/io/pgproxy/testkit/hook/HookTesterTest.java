package io.pgproxy.testkit.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.hook.HookChain;
import io.pgproxy.hook.Reply;
import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.message.frontend.Query;
import io.pgproxy.protocol.message.frontend.Terminate;
import io.pgproxy.protocol.server.PgErrorException;
import io.pgproxy.protocol.startup.StartupParameter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The tester itself, without hooks: the session and the scripted upstream. */
class HookTesterTest {
    private final List<String> asked = new ArrayList<>();
    private final HookTester tester = HookTester.of(HookChain.EMPTY).upstream("main", this::answer);

    private Reply answer(String sql) {
        asked.add(sql);
        if (sql.startsWith("SELECT broken")) {
            throw new PgErrorException("42703", "column \"broken\" does not exist");
        } else if (sql.startsWith("SELECT")) {
            return Reply.of(List.of(Column.int4("a"), Column.text("b")))
                    .row(1, null)
                    .row(2, "two");
        }
        return Reply.command("INSERT 0 1").withNotice(PgError.notice("inserted"));
    }

    @AfterEach
    void close() {
        tester.close();
    }

    @Test
    void aQueryIsAnsweredByTheScript() {
        Seen seen = tester.query("SELECT a, b FROM t");

        assertThat(seen.client())
                .containsExactly(
                        "RowDescription a, b",
                        "DataRow 1, NULL",
                        "DataRow 2, two",
                        "CommandComplete SELECT 2",
                        "ReadyForQuery I");
        assertThat(seen.sent("main")).containsExactly("SELECT a, b FROM t");
        assertThat(seen.ran("main")).containsExactly("SELECT a, b FROM t");
        assertThat(seen.waiting()).isFalse();
        assertThat(asked).hasSize(1);
    }

    @Test
    void parametersOfPrepareAreThoseOfWhatItPrepares() {
        assertThat(tester.query("PREPARE p AS SELECT $1::int").client()).contains("CommandComplete INSERT 0 1");
    }

    @Test
    void aPreparedStatementIsDescribedThenRun() {
        Seen seen = tester.prepared("SELECT a, b FROM t WHERE a = $1 OR b = $2", "7", null);

        assertThat(seen.client())
                .containsExactly(
                        "ParseComplete",
                        "ParameterDescription 25, 25",
                        "RowDescription a, b",
                        "ReadyForQuery I",
                        "BindComplete",
                        "DataRow 1, NULL",
                        "DataRow 2, two",
                        "CommandComplete SELECT 2",
                        "ReadyForQuery I");
        assertThat(seen.sent("main")).hasSize(1);
        assertThat(asked).hasSize(1);
    }

    @Test
    void whatCannotBePreparedIsNotBound() {
        Seen seen = tester.prepared("SELECT broken", "7");

        assertThat(seen.client())
                .containsExactly("ErrorResponse 42703 column \"broken\" does not exist", "ReadyForQuery I");
        assertThat(seen.sent("main")).containsExactly("SELECT broken");
        assertThat(seen.ran("main")).isEmpty();
    }

    @Test
    void aPipelineIsSkippedBehindAnError() {
        Seen seen = tester.pipeline("INSERT INTO t VALUES (1)", "SELECT broken", "INSERT INTO t VALUES (2)");

        assertThat(seen.client())
                .containsExactly(
                        "ParseComplete",
                        "BindComplete",
                        "NoData",
                        "NoticeResponse inserted",
                        "CommandComplete INSERT 0 1",
                        "ErrorResponse 42703 column \"broken\" does not exist",
                        "ReadyForQuery I");
        assertThat(seen.ran("main")).containsExactly("INSERT INTO t VALUES (1)");
    }

    @Test
    void aFailedBlockRefusesUntilItEnds() {
        assertThat(tester.query("BEGIN").client()).containsExactly("CommandComplete BEGIN", "ReadyForQuery T");
        assertThat(tester.query("SELECT broken").client()).last().isEqualTo("ReadyForQuery E");
        assertThat(tester.query("SELECT 1").client()).first().asString().startsWith("ErrorResponse 25P02 ");
        assertThat(tester.query("ROLLBACK").client()).containsExactly("CommandComplete ROLLBACK", "ReadyForQuery I");
        assertThat(asked).containsExactly("SELECT broken");
    }

    @Test
    void severalStatementsOfAQueryAreAskedOneByOne() {
        Seen seen = tester.query("INSERT INTO t VALUES (';'); SELECT 1");

        assertThat(seen.sent("main")).containsExactly("INSERT INTO t VALUES (';'); SELECT 1");
        assertThat(seen.ran("main")).containsExactly("INSERT INTO t VALUES (';')", "SELECT 1");
    }

    @Test
    void theUpstreamIsAskedForWhatTheClientAskedFor() {
        tester.user("alice", "shop").startup("application_name", "till 7");

        assertThat(tester.startupOf("main"))
                .containsExactly(
                        new StartupParameter("user", "alice"),
                        new StartupParameter("database", "shop"),
                        new StartupParameter("application_name", "till 7"));
        assertThat(tester.login().client())
                .startsWith("AuthenticationOk")
                .contains("ParameterStatus application_name till 7", "ParameterStatus session_authorization alice")
                .endsWith("ReadyForQuery I");
    }

    @Test
    void aReportReachesTheClient() {
        tester.report("main", "TimeZone", "Europe/Vienna");
        assertThat(tester.login().client()).contains("ParameterStatus TimeZone Europe/Vienna");

        tester.report("main", "TimeZone", "UTC");

        assertThat(tester.login().client()).last().isEqualTo("ParameterStatus TimeZone UTC");
    }

    @Test
    void requestsOnTheWireKeepTheirAnswers() {
        Seen both = tester.messages(new Query("SELECT 1"), new Query("INSERT INTO t VALUES (1)"));

        assertThat(both.client()).hasSize(5 + 3).endsWith("CommandComplete INSERT 0 1", "ReadyForQuery I");
    }

    @Test
    void aSessionThatHasEndedIsNotOpen() {
        assertThat(tester.query("SELECT 1").waiting()).isFalse();
        assertThat(tester.isOpen()).isTrue();

        tester.messages(Terminate.INSTANCE);

        assertThat(tester.isOpen()).isFalse();
    }

    @Test
    void whoTheClientIsIsToldBefore() {
        tester.login();

        assertThatThrownBy(() -> tester.user("alice", "shop"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the session has begun");
    }
}
