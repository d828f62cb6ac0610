package io.pgproxy.pool;

import java.time.Duration;

/** The pool of one upstream, for who operates it. Thread-safe; works while the server runs. */
public interface UpstreamPool {
    /**
     * How it is.
     *
     * @return a snapshot
     */
    PoolView view();

    /**
     * Lets nobody have a connection from now on: who needs one waits, for however long that is, and is told by a NOTICE
     * as usual. Connections are closed as they come back. Blocks; not from an event loop. It stays paused if the
     * deadline passes.
     *
     * @param deadline how long to wait until no connection is left; those that clients keep (session mode, pins) come
     *     back with the end of their sessions
     * @return whether none is left: the server may be restarted
     */
    boolean pause(Duration deadline);

    /** Ends a {@link #pause}. Without one nothing happens. */
    void resume();

    /**
     * Closes every connection there is now as soon as nobody has it: those that are opened from now on see other
     * defaults of roles and databases, another address behind the host's name, other certificates.
     */
    void drain();
}
