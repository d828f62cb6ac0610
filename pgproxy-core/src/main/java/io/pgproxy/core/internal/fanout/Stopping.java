package io.pgproxy.core.internal.fanout;

/** Which writers a cancel may stop, so that they still are of one mind afterwards. */
enum Stopping {
    /** All: what any of them has done will be rolled back. */
    ALL,
    /** The first, as long as the others have not begun: what it has done stays done. */
    FIRST,
    /** None. */
    NONE
}
