package io.pgproxy.hook;

/**
 * Stage 6: results that need not be asked for again. The first hook that does not pass decides. Fails open: a hook that
 * throws is as one that passes.
 *
 * <p>Of an exchange whose executions are all served nothing is sent, Parse included: whether a statement is still a
 * good one is not asked before something needs it upstream. Then an error of its Parse is told there, and columns that
 * have changed since are the server's error 0A000.
 */
@FunctionalInterface
public non-sealed interface CacheHook extends QueryHook {
    /**
     * Asked for each execution that was admitted, but not for one among several statements of a Query, nor for COPY and
     * FunctionCall, whose answers are no rows.
     *
     * @param execution what is to run
     * @return serve what was recorded, record what comes, or {@link Verdict#proceed}
     */
    Verdict<CacheUse> lookup(Execution execution);
}
