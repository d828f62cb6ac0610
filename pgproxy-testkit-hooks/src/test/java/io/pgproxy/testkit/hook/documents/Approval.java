package io.pgproxy.testkit.hook.documents;

import io.pgproxy.hook.AdmitHook;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.Terms;
import io.pgproxy.hook.Verdict;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.StatementKind;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Somebody has to agree to a DELETE of all rows. Register it last: what others refuse is not asked. */
public record Approval(Function<Execution, CompletionStage<Boolean>> ask) implements AdmitHook {
    private static final Verdict<Terms> DENIED = Verdict.reject("42501", "nobody has agreed to delete all rows");

    @Override
    public Verdict<Terms> admit(Execution execution) {
        Facts facts = execution.statement().facts();
        if (facts.kind() != StatementKind.DELETE || facts.hasWhere()) {
            return Verdict.proceed();
        }
        CompletionStage<Boolean> answer = ask.apply(execution);
        return Verdict.defer(answer.thenApply(yes -> yes ? Verdict.proceed() : DENIED), Duration.ofMinutes(10));
    }
}
