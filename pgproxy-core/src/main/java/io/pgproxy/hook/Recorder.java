package io.pgproxy.hook;

/**
 * Takes a recording. Exactly one of the two is called, exactly once, on the session's event loop, before the
 * execution's outcome. What it throws is swallowed.
 */
@FunctionalInterface
public interface Recorder {
    /**
     * The execution has succeeded.
     *
     * @param recording all of its result
     */
    void recorded(Recording recording);

    /**
     * There will be none: an error, a limit, too big, skipped, cancelled, or the client has gone; or the server has
     * said something besides that could not be said again, a notice or the value of a setting.
     */
    default void abandoned() {}
}
