package io.pgproxy.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How an example ends: by the signals of a terminal and of a service manager. */
class LifetimeTest {

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void aSignalEndsItWithoutATrace(String signal) throws Exception {
        try (RunningExample example = RunningExample.start("passthrough", "--demo", "--listen", "127.0.0.1:0");
                var idle = example.connect();
                var busy = example.connect()) {
            // given: an idle client, and one in a transaction
            List<ProcessHandle> children = example.children();
            assertThat(children).isNotEmpty();
            assertThat(example.servers()).hasSize(1);
            RunningExample.strings(idle, "SELECT 1");
            busy.setAutoCommit(false);
            RunningExample.strings(busy, "SELECT id FROM orders LIMIT 1 FOR UPDATE");

            // when
            example.signal(signal);

            // then: the idle one is told, the transaction ends well, and nothing is left
            assertThatThrownBy(() -> {
                        while (true) {
                            RunningExample.strings(idle, "SELECT 1");
                        }
                    })
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            end -> assertThat(end.getSQLState()).isIn("57P01", "08006", "08003"));
            assertThat(example.isAlive()).isTrue();
            assertThat(RunningExample.strings(busy, "SELECT 'still here'")).containsExactly("still here");
            busy.commit();
            assertThat(example.exitCode()).isZero();
            assertThat(example.servers()).isEmpty();
            for (ProcessHandle child : children) {
                child.onExit().get(10, TimeUnit.SECONDS);
            }
            assertThat(example.standardOutput()).isEqualTo(example.readyLine() + "\n");
            assertThat(example.standardError()).isEmpty();
        }
    }

    @Test
    void aTransactionThatDoesNotEndIsEndedAtTheDeadline() throws Exception {
        try (RunningExample example =
                        RunningExample.start("passthrough", "--demo", "--listen", "127.0.0.1:0", "--drain", "0");
                var busy = example.connect()) {
            busy.setAutoCommit(false);
            RunningExample.strings(busy, "SELECT 1");

            example.signal("TERM");

            assertThat(example.exitCode()).isZero();
            assertThatThrownBy(busy::commit).isInstanceOf(SQLException.class);
        }
    }
}
