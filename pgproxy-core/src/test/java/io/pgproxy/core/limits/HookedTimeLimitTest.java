package io.pgproxy.core.limits;

import io.pgproxy.hook.HookChain;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.Verdict;
import io.pgproxy.testkit.postgres.TestDatabase;

/** The same where hooks read what passes. */
class HookedTimeLimitTest extends TimeLimitTest {
    HookedTimeLimitTest(TestDatabase database) {
        super(database);
    }

    @Override
    HookChain hooks() {
        return HookChain.builder()
                .hook("reads", QueryHook.admit(execution -> Verdict.proceed()))
                .build();
    }
}
