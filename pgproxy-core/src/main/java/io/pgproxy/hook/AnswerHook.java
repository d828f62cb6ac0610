package io.pgproxy.hook;

/**
 * Stage 3: claims statements that the proxy answers by itself. The first hook that does not pass decides. A claimed
 * statement never reaches an upstream. Fails closed.
 */
@FunctionalInterface
public non-sealed interface AnswerHook extends QueryHook {
    /**
     * Asked when a statement is prepared, or comes as a Query. Must not depend on parameters and has no effect: the
     * effect belongs in {@link Answer#reply}.
     *
     * @param statement the statement
     * @return what it is answered with, or {@link Verdict#proceed}
     */
    Verdict<Answer> answer(Statement statement);
}
