package io.pgproxy.hook;

/**
 * Stage 5: may this run, and under which terms? All hooks are asked until one rejects; their terms combine to the
 * stricter. Fails closed.
 */
@FunctionalInterface
public non-sealed interface AdmitHook extends QueryHook {
    /**
     * Asked at Bind (planning may run functions), at Query and at FunctionCall, before anything of it is sent.
     *
     * @param execution what is to run; it may still be skipped if something before it fails
     * @return the terms, {@link Verdict#proceed} for none, or a rejection
     */
    Verdict<Terms> admit(Execution execution);
}
