package io.pgproxy.core.internal.hook;

/**
 * Which hooks, in which state of the session, a statement has passed.
 *
 * @param stages the chain
 * @param renewals how often the session has asked for its statements to be renewed
 */
record Generation(Stages stages, int renewals) {
    boolean isOf(Stages current, int renewed) {
        return stages == current && renewals == renewed;
    }
}
