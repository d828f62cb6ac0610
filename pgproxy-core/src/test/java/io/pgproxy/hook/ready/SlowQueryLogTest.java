package io.pgproxy.hook.ready;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.pgproxy.hook.Outcome;
import io.pgproxy.protocol.PgError;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class SlowQueryLogTest {
    private final SlowQueryLog log = new SlowQueryLog(Duration.ofSeconds(1));

    @Test
    void aSlowExecutionIsOneLineWithoutValues() {
        PgError error = PgError.of("23505", "Key (email)=(secret) already exists");

        String line = line("INSERT INTO t VALUES ('secret', 4711) -- secret", "alice", 400, 700, error);

        assertThat(line)
                .startsWith("slow: session=7 user=alice kind=INSERT status=FAILED sqlstate=23505 source=UPSTREAM")
                .contains(" upstreams=[main] rows=3 bytes=99 waited_ms=400 ran_ms=700 sql=insert into t values (?, ?)")
                .doesNotContain("secret", "4711");
    }

    @Test
    void whatWasQuickIsNotLogged() {
        assertThat(line("SELECT 1", "alice", 400, 599, null)).isNull();
        assertThat(line("SELECT 1", "alice", 400, 600, null)).isNotNull().doesNotContain("sqlstate");
    }

    @Test
    void namesCannotBeginALineOfTheirOwn() {
        String line = line("SELECT 1 AS \"a\nslow: session=8\u2028\u0085x\"", "eve\r\nslow:", 1000, 0, null);

        assertThat(line).isNotNull();
        assertThat(line.lines()).hasSize(1);
        assertThat(line).contains("user=eve??slow:").doesNotContain("\u2028", "\u0085");
    }

    @Test
    void aLongTextIsCut() {
        String line = line("SELECT " + "a, ".repeat(5000) + "b", "alice", 1000, 0, null);

        assertThat(line).isNotNull().hasSizeLessThan(1300).endsWith("…");
    }

    @Test
    void aTextThatCannotBeReadIsNotLogged() {
        assertThat(line("SELECT 'secret", "alice", 1000, 0, null)).endsWith("sql=unreadable");
    }

    @Test
    void aNegativeThresholdIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new SlowQueryLog(Duration.ofSeconds(-1)));
    }

    private @Nullable String line(String sql, String user, long waited, long ran, @Nullable PgError error) {
        Outcome outcome = new Outcome(
                error == null ? Outcome.Status.SUCCEEDED : Outcome.Status.FAILED,
                Outcome.Source.UPSTREAM,
                List.of("main"),
                3,
                99,
                Duration.ofMillis(waited),
                Duration.ofMillis(ran),
                error,
                "");
        return log.line(Given.execution(sql, new Given.GivenSession().user(user)), outcome);
    }
}
