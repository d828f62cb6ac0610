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
}
