package io.pgproxy.testkit.hook.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.hook.AdmitHook;
import io.pgproxy.hook.Reply;
import io.pgproxy.hook.Verdict;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.testkit.hook.HookTester;
import io.pgproxy.testkit.hook.Seen;
import org.junit.jupiter.api.Test;

class NoBlindDeleteTest {
    private static final AdmitHook NO_BLIND_DELETE = execution -> {
        var facts = execution.statement().facts();
        return facts.kind() == StatementKind.DELETE && !facts.hasWhere()
                ? Verdict.reject("42501", "DELETE needs a WHERE")
                : Verdict.proceed();
    };

    @Test
    void aDeletionWithoutConditionIsRefused() {
        try (HookTester tester = HookTester.of("no-blind-delete", NO_BLIND_DELETE)
                .user("alice", "shop")
                .upstream("main", sql -> Reply.command("DELETE 1"))) {
            Seen refused = tester.query("DELETE FROM orders");
            assertThat(refused.client()).containsExactly("ErrorResponse 42501 DELETE needs a WHERE", "ReadyForQuery I");
            assertThat(refused.sent("main")).isEmpty();

            Seen passed = tester.prepared("DELETE FROM orders WHERE id = $1", "7");
            assertThat(passed.client()).endsWith("CommandComplete DELETE 1", "ReadyForQuery I");
            assertThat(passed.ran("main")).containsExactly("DELETE FROM orders WHERE id = $1");
        }
    }
}
