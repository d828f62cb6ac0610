package io.pgproxy.core.internal.hook;

import io.pgproxy.hook.Answer;
import io.pgproxy.hook.AnswerHook;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.HookOptions;
import io.pgproxy.hook.Reply;
import io.pgproxy.hook.Verdict;
import io.pgproxy.metrics.ProxyMetrics;
import java.util.List;

/** The reply of the one hook that has claimed a statement. */
final class ReplyStage extends Stage<AnswerHook, Execution, Reply> {
    private final Answer answer;

    ReplyStage(Answer answer, String hook) {
        super(
                "reply",
                List.of(new Registered<>(hook, statement -> Verdict.of(answer), HookOptions.DEFAULT)),
                false,
                ProxyMetrics.NONE);
        this.answer = answer;
    }

    @Override
    Verdict<Reply> ask(AnswerHook hook, Execution execution, Reply known) {
        Verdict<Reply> reply = answer.reply().apply(execution);
        return reply instanceof Verdict.Proceed<Reply>
                ? Verdict.reject("58000", "the hook that claimed the statement has no reply")
                : reply;
    }

    @Override
    Reply combine(Reply known, Reply said) {
        return said;
    }
}
