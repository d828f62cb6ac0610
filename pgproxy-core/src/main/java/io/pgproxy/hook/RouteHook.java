package io.pgproxy.hook;

/**
 * Stage 7: where an exchange goes. The first hook that does not pass decides; if all pass it is the session's own
 * upstream. Fails closed.
 */
@FunctionalInterface
public non-sealed interface RouteHook extends QueryHook {
    /**
     * Asked once for an exchange, before its first Bind or Query leaves; within a transaction block not again.
     *
     * @param exchange what is known of it so far
     * @return where it goes
     */
    Verdict<Route> route(Exchange exchange);

    /**
     * Whether to be asked within a block, too, as long as nothing binds it to where it is
     * ({@link Exchange#bindsBlock}); once it has failed, only for what rolls it back and goes on behind that. A route
     * that names other upstreams than that where the block is moves it: it is begun there once more, by the text of its
     * BEGIN, and rolled back where it was. Its snapshot, if its isolation level has one for the whole block, is taken
     * anew then. Between pooled upstreams alone.
     *
     * @return false: a block stays where it has begun
     */
    default boolean movesBlocks() {
        return false;
    }
}
