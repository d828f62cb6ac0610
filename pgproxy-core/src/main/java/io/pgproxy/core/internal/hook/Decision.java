package io.pgproxy.core.internal.hook;

import io.pgproxy.protocol.PgError;

/**
 * What becomes of a stage: exactly one of the two.
 *
 * @param <R> what the stage wants to know
 */
interface Decision<R> {
    /**
     * No hook has refused.
     *
     * @param result what is known now
     * @param by the hook that decided alone, or an empty string
     */
    void decided(R result, String by);

    /**
     * A hook has refused, or has failed.
     *
     * @param error what the client is told
     * @param by the hook
     */
    void rejected(PgError error, String by);
}
